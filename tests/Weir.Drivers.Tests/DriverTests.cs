using Weir.Engine;

namespace Weir.Drivers.Tests;

/// <summary>Real drivers do the same through <c>weir serve</c> as they do directly, on five connections.</summary>
public class DriverTests
{
    public static TheoryData<Driver, Place> DriversAndPlaces => [.. Matrix.All];

    [Theory]
    [MemberData(nameof(DriversAndPlaces), DisableDiscoveryEnumeration = true)]
    public async Task A_driver_sees_the_same_through_Weir_as_directly(Driver driver, Place place)
    {
        var run = await RunAsync(driver, place);

        Assert.All(
            Steps.All,
            step =>
            {
                var cell = Cell.Of(run, step);
                Assert.True(cell.Verdict is Verdict.Same or Verdict.NotHere, $"{step}, {cell.Reason}");
            }
        );
    }

    [Theory]
    [MemberData(nameof(DriversAndPlaces), DisableDiscoveryEnumeration = true)]
    public async Task A_driver_costs_no_more_connections_than_the_pool_and_the_monitor(
        Driver driver,
        Place place
    )
    {
        var run = await RunAsync(driver, place);

        Assert.SkipWhen(run.PeakConnections is null, $"{place} does not count its connections for us");
        Assert.InRange(run.PeakConnections.Value, 1, MatrixRun.Cap);
    }

    [Theory]
    [MemberData(nameof(DriversAndPlaces), DisableDiscoveryEnumeration = true)]
    public async Task Weir_drains_and_leaves_no_connection(Driver driver, Place place)
    {
        var run = await RunAsync(driver, place);

        Assert.True(run.ExitCode == 0, run.Log);
        Assert.Equal(0, run.LeftOpen ?? 0);
    }

    [Fact]
    public async Task The_matrix_is_complete_and_printed()
    {
        var runs = new List<MatrixRun>();
        foreach (var (driver, place) in Matrix.All)
        {
            runs.Add(await RunAsync(driver, place));
        }

        var table = MatrixTable.Of(runs);
        var file = Path.Combine(Repository.Root, "artifacts", "drivers.txt");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        await File.WriteAllTextAsync(file, table, TestContext.Current.CancellationToken);

        Assert.All(
            Places.All,
            place =>
                Assert.Equal(
                    Driver.All.Where(place.Takes),
                    runs.Where(r => r.Place == place).Select(r => r.Driver)
                )
        );
        Assert.All(runs, run => Assert.Empty(run.Direct.Lines.Select(line => line.Step).Except(Steps.All)));
    }

    private static async Task<MatrixRun> RunAsync(Driver driver, Place place)
    {
        try
        {
            return await Matrix.RunAsync(driver, place);
        }
        catch (EngineUnavailableException unavailable)
        {
            Assert.Skip(unavailable.Message);
            throw;
        }
    }
}
