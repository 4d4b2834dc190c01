using System.Collections.Concurrent;

namespace Weir.Drivers.Tests;

/// <summary>
/// Every driver in every place, each run once. Most of a run is waiting, so some go side by side, each with
/// deployments and a Weir of its own.
/// </summary>
internal static class Matrix
{
    private static readonly SemaphoreSlim places = new(4);
    private static readonly ConcurrentDictionary<(Driver, Place), Lazy<Task<MatrixRun>>> runs = new();

    public static IEnumerable<(Driver Driver, Place Place)> All =>
        from place in Places.All
        from driver in Driver.All
        where place.Takes(driver)
        select (driver, place);

    /// <summary>The run, and the others begin as well.</summary>
    public static Task<MatrixRun> RunAsync(Driver driver, Place place)
    {
        foreach (var (each, where) in All)
        {
            _ = Start(each, where);
        }

        return Start(driver, place);
    }

    private static Task<MatrixRun> Start(Driver driver, Place place) =>
        runs.GetOrAdd(
            (driver, place),
            static pair => new Lazy<Task<MatrixRun>>(() => Task.Run(() => OneAsync(pair.Item1, pair.Item2)))
        ).Value;

    private static async Task<MatrixRun> OneAsync(Driver driver, Place place)
    {
        await places.WaitAsync();
        try
        {
            return await MatrixRun.OfAsync(driver, place, CancellationToken.None);
        }
        finally
        {
            places.Release();
        }
    }
}
