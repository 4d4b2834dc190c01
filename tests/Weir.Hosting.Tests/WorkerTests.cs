using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Weir.Hosting.Leaders;
using Weir.Hosting.Workers;
using Weir.Pooling.Destinations;
using Weir.Testing;

namespace Weir.Hosting.Tests;

public sealed class WorkerTests
{
    [Fact]
    public async Task A_worker_runs_when_it_is_due_and_its_status_says_so()
    {
        await using var stage = await WorkerStage.StartAsync(o => o.Every = TimeSpan.FromMinutes(5));

        Assert.Empty(stage.Worker.Runs);
        for (var i = 1; i <= 3; i++)
        {
            await stage.PassAsync(TimeSpan.FromMinutes(5), runs: i);
        }

        Assert.Equal([1, 2, 3], stage.Worker.Runs.Select(r => r.Number));
        Assert.Equal([5, 10, 15], stage.Worker.Runs.Select(r => (r.Due - stage.Started).TotalMinutes));
        Assert.Equal(
            (WorkerState.Waiting, 3L, 0L),
            (stage.Status.State, stage.Status.Runs, stage.Status.Failures)
        );
        Assert.Equal(stage.Started + TimeSpan.FromMinutes(20), stage.Status.NextDue);
        Assert.Null(stage.Status.LastError);
    }

    [Fact]
    public async Task Runs_never_overlap_and_what_came_due_meanwhile_is_left_out()
    {
        await using var stage = await WorkerStage.StartAsync(o =>
        {
            o.Every = TimeSpan.FromMinutes(1);
            o.Timeout = TimeSpan.Zero;
        });
        var going = stage.Worker.Hold();
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await Stage.UntilAsync(() => stage.Worker.Running == 1, "it runs");

        stage.Clock.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, stage.Worker.Running);
        going.SetResult();
        await Stage.UntilAsync(() => stage.Status.State == WorkerState.Waiting, "it waits");

        Assert.Equal(5, stage.Status.Skipped);
        Assert.Equal(stage.Started + TimeSpan.FromMinutes(7), stage.Status.NextDue);
    }

    [Fact]
    public async Task A_run_that_takes_too_long_is_cancelled_and_the_next_one_runs()
    {
        await using var stage = await WorkerStage.StartAsync(o =>
        {
            o.Every = TimeSpan.FromMinutes(10);
            o.Timeout = TimeSpan.FromMinutes(2);
        });
        stage.Worker.Hold();
        stage.Clock.Advance(TimeSpan.FromMinutes(10));
        await Stage.UntilAsync(() => stage.Worker.Running == 1, "it runs");

        stage.Clock.Advance(TimeSpan.FromMinutes(2));
        await Stage.UntilAsync(() => stage.Status.State == WorkerState.Waiting, "it waits");

        Assert.Equal((1L, 1L), (stage.Status.Timeouts, stage.Status.Failures));
        Assert.Equal("cancelled after 00:02:00 (Timeout)", stage.Status.LastError);
        stage.Worker.Release();
        await stage.PassAsync(TimeSpan.FromMinutes(8), runs: 2);
        Assert.Null(stage.Status.LastError);
    }

    [Fact]
    public async Task A_run_that_fails_is_told_and_the_next_one_runs()
    {
        await using var stage = await WorkerStage.StartAsync(o => o.Every = TimeSpan.FromMinutes(1));
        stage.Worker.Failure = new InvalidDataException("no such prompt");
        await stage.PassAsync(TimeSpan.FromMinutes(1), runs: 1);
        var report = await stage
            .Host.Services.GetRequiredService<HealthCheckService>()
            .CheckHealthAsync(Stage.Token);
        stage.Worker.Failure = null;

        Assert.Equal("no such prompt", stage.Status.LastError);
        Assert.Equal(HealthStatus.Degraded, report.Status);
        Assert.Equal("Worker: no such prompt", report.Entries["weir:workers"].Description);
        await stage.PassAsync(TimeSpan.FromMinutes(1), runs: 2);
        Assert.Null(stage.Status.LastError);
    }

    [Fact]
    public async Task A_host_that_stops_cancels_the_run_and_waits_for_it()
    {
        await using var stage = await WorkerStage.StartAsync(o => o.Every = TimeSpan.FromMinutes(1));
        stage.Worker.Hold();
        stage.Clock.Advance(TimeSpan.FromMinutes(1));
        await Stage.UntilAsync(() => stage.Worker.Running == 1, "it runs");

        await stage.Host.StopAsync(Stage.Token);

        Assert.Equal(0, stage.Worker.Running);
        Assert.Equal(WorkerState.Stopped, stage.Status.State);
    }

    [Fact]
    public async Task Of_several_replicas_one_runs_and_another_takes_over_when_it_stops()
    {
        await using var stage = await Stage.StartAsync();
        void Configure(WorkerOptions options)
        {
            options.Every = TimeSpan.FromMinutes(1);
            options.Leader = new LeaderOptions { Destination = "crm", Database = "app" };
        }
        await using var one = await WorkerStage.StartAsync(Configure, stage);
        await Stage.UntilAsync(() => one.Status.Fence is not null, "one leads");
        await using var two = await WorkerStage.StartAsync(Configure, stage);
        await Stage.UntilAsync(() => two.Status.State == WorkerState.Standby, "two waits");

        Assert.Equal(1, one.Status.Fence);
        await one.Host.StopAsync(Stage.Token);
        await Stage.UntilAsync(
            () =>
            {
                two.Clock.Advance(TimeSpan.FromMilliseconds(500));
                return two.Status.Fence is not null;
            },
            "two leads"
        );

        Assert.Equal((2, null), (two.Status.Fence, one.Status.Fence));
    }

    [Theory]
    [InlineData("*/15 * * * *", "2026-01-01T00:07:00Z", "2026-01-01T00:15:00Z")]
    [InlineData("0 9 * * 1-5", "2026-03-06T10:00:00Z", "2026-03-09T08:00:00Z")]
    // Clocks in Berlin go from 2:00 to 3:00: 2:30 is left out, and runs at the next time there is.
    [InlineData("30 2 * * *", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z")]
    // They go back from 3:00 to 2:00: 2:30 comes twice, and runs once, at the first.
    [InlineData("30 2 * * *", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("30 2 * * *", "2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z")]
    [InlineData("*/10 * * * * *", "2026-01-01T00:00:01Z", "2026-01-01T00:00:10Z")]
    public void A_cron_expression_is_meant_in_its_time_zone(string cron, string after, string next)
    {
        var schedule = WorkerSchedule.From(
            new WorkerOptions
            {
                Name = "w",
                Cron = cron,
                TimeZone = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin"),
            }
        );

        Assert.Equal(
            DateTimeOffset.Parse(next, null),
            schedule.Next(DateTimeOffset.Parse(after, null))!.Value.ToUniversalTime()
        );
    }

    [Theory]
    [InlineData(null, null, "needs either an interval (Every) or a cron expression (Cron)")]
    [InlineData("00:01:00", "* * * * *", "needs either an interval (Every) or a cron expression (Cron)")]
    [InlineData("00:00:00", null, "Every must be positive")]
    [InlineData(null, "61 * * * *", "is no cron expression")]
    public void A_schedule_that_cannot_be_used_is_refused_at_once(string? every, string? cron, string why)
    {
        var error = Assert.Throws<ArgumentException>(() =>
            new ServiceCollection().AddWeirWorker<ScriptedWorker>(o =>
            {
                o.Every = every is null ? null : TimeSpan.Parse(every, null);
                o.Cron = cron;
            })
        );

        Assert.Contains(why, error.Message, StringComparison.Ordinal);
        Assert.Contains("worker \"ScriptedWorker\"", error.Message, StringComparison.Ordinal);
    }

    private sealed class WorkerStage : IAsyncDisposable
    {
        public required IHost Host { get; init; }

        public required ManualClock Clock { get; init; }

        public required ScriptedWorker Worker { get; init; }

        public required DateTimeOffset Started { get; init; }

        public WorkerStatus Status =>
            Assert.Single(Host.Services.GetRequiredService<IWorkers>().GetStatuses());

        public static async Task<WorkerStage> StartAsync(Action<WorkerOptions> configure, Stage? stage = null)
        {
            var clock = new ManualClock();
            var worker = new ScriptedWorker();
            var builder = Microsoft.Extensions.Hosting.Host.CreateEmptyApplicationBuilder(null);
            builder.Services.AddLogging();
            builder.Services.AddSingleton<TimeProvider>(clock);
            builder.Services.AddScoped(_ => worker);
            builder.Services.AddHealthChecks().AddWeirWorkers();
            if (stage is not null)
            {
                builder.Services.AddSingleton<IDestinations>(stage.Destinations);
            }
            builder.Services.AddWeirWorker<ScriptedWorker>(o =>
            {
                o.Name = "Worker";
                configure(o);
            });
            var host = builder.Build();
            await host.StartAsync(Stage.Token);
            await Stage.UntilAsync(() => clock.ArmedTimers > 0 || stage is not null, "it waits");
            return new WorkerStage
            {
                Host = host,
                Clock = clock,
                Worker = worker,
                Started = clock.GetUtcNow(),
            };
        }

        public async Task PassAsync(TimeSpan time, int runs)
        {
            Clock.Advance(time);
            await Stage.UntilAsync(
                () =>
                    Worker.Runs.Count == runs && Status.State == WorkerState.Waiting && Clock.ArmedTimers > 0,
                $"run {runs} is over"
            );
        }

        public async ValueTask DisposeAsync()
        {
            await Host.StopAsync(CancellationToken.None);
            Host.Dispose();
        }
    }
}
