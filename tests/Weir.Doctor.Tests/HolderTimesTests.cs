using Weir.Doctor.Looks;
using Weir.Doctor.Reports;
using Weir.Doctor.Tests.Patients;
using Weir.Doctor.Watching;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Sandbox;

namespace Weir.Doctor.Tests;

/// <summary>How long a holder's connections have been idle, and how many it opens and closes per second.</summary>
public class HolderTimesTests
{
    private const string App = "journal";

    [Fact]
    public void A_connection_is_idle_since_the_first_look_that_found_it_so_after_its_last_work()
    {
        var watch = Watch(
            null,
            (0, [Seen(1), Seen(2), Seen(3)]),
            (5, [Seen(1), Seen(2, ConnectionKind.Active), Seen(3, ConnectionKind.Active)]),
            (6, [Seen(1), Seen(2), Seen(3)]),
            (8, [Seen(1), Seen(2), Seen(3)])
        );

        var holder = Assert.Single(watch.Holders());

        Assert.Equal(2, holder.IdleMedianSeconds);
        Assert.Equal(8, holder.IdleLongestSeconds);
    }

    [Fact]
    public void What_works_now_and_what_monitors_use_is_not_idle()
    {
        var watch = Watch(
            null,
            // A monitor, the connection that measures its round trips, and one of the pool.
            (0, [Seen(1, ConnectionKind.Monitor), Seen(2), Seen(3, ConnectionKind.Active)]),
            (4, [Seen(1, ConnectionKind.Monitor), Seen(2), Seen(3, ConnectionKind.Active)])
        );

        Assert.Null(Assert.Single(watch.Holders()).IdleLongestSeconds);
    }

    [Fact]
    public void Connections_that_come_and_go_are_told_per_second()
    {
        var watch = Watch(
            null,
            (0, [Seen(1), Seen(2)]),
            (2, [Seen(1), Seen(2), Seen(3)]),
            (4, [Seen(1), Seen(4), Seen(5)])
        );

        var holder = Assert.Single(watch.Holders());

        Assert.Equal(0.75, holder.OpenedPerSecond);
        Assert.Equal(0.5, holder.ClosedPerSecond);
    }

    [Fact]
    public void A_watch_that_follows_counts_on_from_the_one_before_for_connections_that_are_the_same()
    {
        var before = Watch(null, (0, [Seen(1), Seen(2)]), (10, [Seen(1), Seen(2)]));
        // The server was started again and gave number 2 to another connection.
        var watch = Watch(
            before.IdleSince,
            (12, [Seen(1), Seen(2) with { Port = 9 }]),
            (15, [Seen(1), Seen(2) with { Port = 9 }])
        );

        var holder = Assert.Single(watch.Holders());

        Assert.Equal(15, holder.IdleLongestSeconds);
        Assert.Equal(15, holder.IdleMedianSeconds);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task An_idle_pool_of_a_real_driver_shows_how_long_it_has_been_idle(PatientDriver driver)
    {
        var holder = await ExamineAsync(driver, "idle");

        Assert.InRange(holder.IdleLongestSeconds ?? 0, 2.9, 30);
        Assert.InRange(holder.IdleMedianSeconds ?? 0, 1, 30);
        Assert.Equal(0, holder.ClosedPerSecond);
    }

    [Theory]
    [MemberData(nameof(Drivers))]
    public async Task A_pool_of_a_real_driver_that_churns_shows_it_per_second(PatientDriver driver)
    {
        var holder = await ExamineAsync(driver, "pool-churn");

        Assert.InRange(holder.OpenedPerSecond, 1, 1_000);
        Assert.InRange(holder.ClosedPerSecond, 1, 1_000);
    }

    public static TheoryData<PatientDriver> Drivers => [PatientDriver.Node, PatientDriver.Python];

    private static async Task<Holder> ExamineAsync(PatientDriver driver, string disease)
    {
        await using var deployment = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                // A pool grows while counting takes its time, and is caught at work while finding does.
                LatencyOf = command =>
                    command switch
                    {
                        "count" => TimeSpan.FromSeconds(1),
                        "find" => TimeSpan.FromMilliseconds(50),
                        _ => null,
                    },
            }
        );
        var cancellation = TestContext.Current.CancellationToken;
        await using var patient = await PatientProcess.StartAsync(
            driver,
            disease,
            deployment.ConnectionString,
            cancellation
        );
        var parsed = ConnectionString.Parse(deployment.ConnectionString);
        await using var observer = new Observer(parsed);
        await observer.ConnectAsync(cancellation);
        var examination = new Examination(parsed, observer, TimeProvider.System);

        await examination.RunAsync(TimeSpan.FromSeconds(1.5), cancellation);
        DoctorReport report = await examination.RunAsync(TimeSpan.FromSeconds(2.5), cancellation);

        return Assert.Single(report.Servers[0].Holders!, holder => holder.Connections > 0);
    }

    private static ConnectionSeen Seen(long id, ConnectionKind kind = ConnectionKind.Idle) =>
        new(id, "10.0.0.1", (int)(1_000 + id)) { AppName = App, Kind = kind };

    private static ServerWatch Watch(
        IReadOnlyDictionary<(long Id, int Port), TimeSpan>? earlier,
        params ReadOnlySpan<(int At, ConnectionSeen[] Connections)> looks
    )
    {
        var watch = new ServerWatch(Look(looks[0]), earlier);
        foreach (var look in looks)
        {
            watch.Add(Look(look));
        }

        return watch;
    }

    private static ServerLook Look((int At, ConnectionSeen[] Connections) look) =>
        new()
        {
            Address = new ServerAddress("db1", 27017),
            Type = ServerType.Standalone,
            At = TimeSpan.FromSeconds(look.At),
            Current = look.Connections.Length,
            Available = 100,
            TotalCreated = look.Connections.Max(connection => connection.Id),
            Own = 0,
            Connections = look.Connections,
        };
}
