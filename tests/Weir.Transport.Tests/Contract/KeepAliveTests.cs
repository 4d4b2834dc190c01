using System.Globalization;
using System.Net;

namespace Weir.Transport.Tests.Contract;

/// <summary>That silent peers are probed, as the kernel tells it.</summary>
public sealed class KeepAliveTests
{
    /// <summary>What the kernel's table says of a timer: 2 is the one of keep-alive.</summary>
    private const string KeepAliveTimer = "02";

    private const double TicksPerSecond = 100;

    [
        Theory,
        InlineData(NetworkKind.SocketsTcp),
        InlineData(NetworkKind.EpollTcp),
        InlineData(NetworkKind.UringTcp)
    ]
    public async Task Both_ends_of_a_connection_probe_a_peer_that_has_been_silent_for_two_minutes(
        NetworkKind kind
    )
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "the table of timers is Linux's");
        await Stage.RunAsync(
            kind,
            async stage =>
            {
                var (client, server) = await stage.ConnectPairAsync();
                await using (client)
                await using (server)
                {
                    var ports = (Port(client.LocalEndPoint), Port(server.LocalEndPoint));

                    Assert.InRange(SecondsToProbe(ports.Item1, ports.Item2), 90, 120);
                    Assert.InRange(SecondsToProbe(ports.Item2, ports.Item1), 90, 120);
                }
            }
        );
    }

    private static string Port(EndPoint? endPoint) =>
        ((IPEndPoint)endPoint!).Port.ToString("X4", CultureInfo.InvariantCulture);

    private static double SecondsToProbe(string local, string remote)
    {
        string[] fields = File.ReadLines("/proc/net/tcp")
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .First(f =>
                f[1].EndsWith(":" + local, StringComparison.Ordinal)
                && f[2].EndsWith(":" + remote, StringComparison.Ordinal)
            );
        string[] timer = fields[5].Split(':');
        Assert.Equal(KeepAliveTimer, timer[0]);
        return long.Parse(timer[1], NumberStyles.HexNumber, CultureInfo.InvariantCulture) / TicksPerSecond;
    }
}
