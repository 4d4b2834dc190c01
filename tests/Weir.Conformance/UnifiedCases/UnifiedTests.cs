using System.Collections.Concurrent;

namespace Weir.Conformance.UnifiedCases;

/// <summary>The suites in the unified format, against sandboxes on loopback.</summary>
/// <remarks>A suite's cases run side by side when its first one is asked for; each then waits for its own.</remarks>
public sealed class UnifiedTests(ITestOutputHelper output)
{
    private static readonly ConcurrentDictionary<string, Lazy<IReadOnlyDictionary<string, Task>>> s_runs =
        new();
    private static readonly SemaphoreSlim s_room = new(12);

    public static IEnumerable<TheoryDataRow<string, string>> Cases() =>
        UnifiedSuites
            .All.SelectMany(UnifiedSuites.Runnable)
            .Select(c => new TheoryDataRow<string, string>(c.Suite, c.Name) { TestDisplayName = c.Name });

    [Theory]
    [MemberData(nameof(Cases))]
    public Task Unified(string suite, string name) => Run(suite)[name];

    [Fact]
    public void What_is_not_run_is_listed_exactly()
    {
        foreach (var item in UnifiedSuites.Cases)
        {
            if (NotRunnable.ReasonFor(item) is { } reason)
            {
                output.WriteLine($"not run: {item.Name}: {reason}");
            }
        }
        Assert.All(
            NotRunnable.Cases,
            e => Assert.Contains(UnifiedSuites.Cases, c => NotRunnable.Matches(e.Case, c.Name))
        );
    }

    [Fact]
    public void Every_case_has_a_name_of_its_own() =>
        Assert.Equal(UnifiedSuites.Cases.Count, UnifiedSuites.Cases.DistinctBy(c => c.Name).Count());

    private static IReadOnlyDictionary<string, Task> Run(string suite) =>
        s_runs
            .GetOrAdd(
                suite,
                static s =>
                    new(() =>
                        UnifiedSuites.Runnable(s).ToDictionary(c => c.Name, c => Task.Run(() => RunAsync(c)))
                    )
            )
            .Value;

    private static async Task RunAsync(UnifiedCase item)
    {
        await s_room.WaitAsync();
        try
        {
            var shape =
                item.Shape
                ?? throw new InvalidOperationException(
                    "no shape of the sandbox meets the requirements, and NotRunnable does not say so"
                );
            await UnifiedRun.RunAsync(item, shape).WaitAsync(TimeSpan.FromSeconds(60));
        }
        finally
        {
            s_room.Release();
        }
    }
}
