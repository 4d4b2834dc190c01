using Weir.Sandbox;

namespace Weir.Drivers.Tests;

/// <summary>Real drivers do the same through <c>weir serve</c> as they do directly, on ten connections.</summary>
public class DriverTests
{
    private const int MaxPoolSize = 10;

    /// <summary>A monitor holds one connection that streams and one that measures round trips.</summary>
    private const int MonitorConnections = 2;

    public static TheoryData<Driver, bool> DriversAndShapes =>
        new MatrixTheoryData<Driver, bool>(Driver.All, [false, true]);

    [Theory]
    [MemberData(nameof(DriversAndShapes))]
    public async Task A_driver_sees_the_same_through_Weir_as_directly(Driver driver, bool replicaSet)
    {
        var cancellation = TestContext.Current.CancellationToken;
        var options = new SandboxOptions { ReplicaSetName = replicaSet ? "rs0" : null };
        await using var behind = await SandboxDeployment.StartAsync(options);
        await using var directly = await SandboxDeployment.StartAsync(options);
        await using var weir = await WeirServe.StartAsync(behind.ConnectionString, cancellation);

        var expected = await Transcript.OfAsync(driver, directly.ConnectionString, replicaSet, cancellation);
        var seen = await Transcript.OfAsync(driver, weir.ConnectionString, replicaSet, cancellation);

        Assert.Empty(expected.Failures);
        Assert.Equal(expected.Lines, seen.Lines);
        Assert.InRange(behind.Members[0].Connections.Peak, 1, MaxPoolSize + MonitorConnections);
        var (exitCode, log) = await weir.StopAsync(cancellation);
        Assert.True(exitCode == 0, log);
        Assert.Equal(0, behind.Members[0].Connections.Current);
    }
}
