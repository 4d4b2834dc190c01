using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Weir.Hosting.Leaders;
using Weir.Hosting.Queues;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Hosting.Tests;

public sealed class QueueTests
{
    private static readonly WorkQueueOptions Options = new()
    {
        Name = "calls",
        Destination = "crm",
        Database = "app",
        MaxAttempts = 3,
        RetryPause = TimeSpan.FromSeconds(1),
    };

    [Fact]
    public async Task A_job_is_claimed_by_one_and_done_once()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);
        await queue.PrepareAsync(Stage.Token);
        await queue.EnqueueAsync("a", new("number", "$5"), cancellationToken: Stage.Token);

        var claims = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => queue.ClaimAsync(Stage.Token)));
        var job = Assert.Single(claims, c => c is not null)!;
        await queue.CompleteAsync(job, new("ok", true), cancellationToken: Stage.Token);

        Assert.Equal(("$5", 1, 1L), (job.Payload["number"].AsString, job.Attempt, job.Fence));
        Assert.Equal(new QueueCounts(0, 1, 0), await queue.CountAsync(Stage.Token));
        Assert.Null(await queue.ClaimAsync(Stage.Token));
    }

    [Fact]
    public async Task A_job_that_is_put_in_twice_is_there_once_whatever_has_become_of_it()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);

        Assert.True(await queue.EnqueueAsync("a", new("n", 1), cancellationToken: Stage.Token));
        Assert.False(await queue.EnqueueAsync("a", new("n", 2), cancellationToken: Stage.Token));
        var job = await queue.ClaimAsync(Stage.Token);
        Assert.False(await queue.EnqueueAsync("a", new("n", 3), cancellationToken: Stage.Token));
        await queue.CompleteAsync(job!, cancellationToken: Stage.Token);
        Assert.False(await queue.EnqueueAsync("a", new("n", 4), cancellationToken: Stage.Token));

        Assert.Equal(1, job!.Payload["n"].AsInt32);
        Assert.Null(await queue.ClaimAsync(Stage.Token));
    }

    [Fact]
    public async Task A_job_waits_for_its_time_and_the_one_that_is_due_for_longest_comes_first()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);
        await queue.EnqueueAsync("late", [], TimeSpan.FromSeconds(20), cancellationToken: Stage.Token);
        await queue.EnqueueAsync("soon", [], TimeSpan.FromSeconds(10), cancellationToken: Stage.Token);

        Assert.Null(await queue.ClaimAsync(Stage.Token));
        stage.ServerClock.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal("soon", (await queue.ClaimAsync(Stage.Token))!.Id.AsString);
        Assert.Equal("late", (await queue.ClaimAsync(Stage.Token))!.Id.AsString);
    }

    [Fact]
    public async Task The_job_of_a_dead_consumer_is_given_to_another_and_the_dead_ones_word_is_refused()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);
        await queue.EnqueueAsync("a", [], cancellationToken: Stage.Token);
        var dead = await queue.ClaimAsync(Stage.Token);
        Assert.True(await queue.HeartbeatAsync(dead!, Stage.Token));

        stage.ServerClock.Advance(Options.ClaimPeriod);
        var taken = await queue.ClaimAsync(Stage.Token);

        Assert.Equal((2, 2L), (taken!.Attempt, taken.Fence));
        Assert.False(await queue.HeartbeatAsync(dead!, Stage.Token));
        await Assert.ThrowsAsync<StaleFenceException>(() =>
            queue.CompleteAsync(dead!, cancellationToken: Stage.Token)
        );
        await Assert.ThrowsAsync<StaleFenceException>(() => queue.FailAsync(dead!, "no", Stage.Token));
        await queue.CompleteAsync(taken, cancellationToken: Stage.Token);
        Assert.Equal(new QueueCounts(0, 1, 0), await queue.CountAsync(Stage.Token));
    }

    [Fact]
    public async Task A_job_that_fails_is_tried_again_after_growing_pauses_and_put_aside_in_the_end()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);
        await queue.EnqueueAsync("a", [], cancellationToken: Stage.Token);

        foreach (var pause in (int[])[1, 2])
        {
            var job = await queue.ClaimAsync(Stage.Token);
            Assert.True(await queue.FailAsync(job!, "busy", Stage.Token));
            stage.ServerClock.Advance(TimeSpan.FromSeconds(pause) - TimeSpan.FromMilliseconds(1));
            Assert.Null(await queue.ClaimAsync(Stage.Token));
            stage.ServerClock.Advance(TimeSpan.FromMilliseconds(1));
        }
        var last = await queue.ClaimAsync(Stage.Token);

        Assert.False(await queue.FailAsync(last!, "busy", Stage.Token));
        Assert.Equal(new QueueCounts(0, 0, 1), await queue.CountAsync(Stage.Token));
    }

    [Fact]
    public async Task A_job_that_kills_every_consumer_is_put_aside()
    {
        await using var stage = await Stage.StartAsync();
        var queue = new WorkQueue(Options, stage.Destinations);
        await queue.EnqueueAsync("poison", [], cancellationToken: Stage.Token);
        for (var i = 0; i < 3; i++)
        {
            Assert.NotNull(await queue.ClaimAsync(Stage.Token));
            stage.ServerClock.Advance(Options.ClaimPeriod);
        }

        Assert.Null(await queue.ClaimAsync(Stage.Token));
        Assert.Equal(new QueueCounts(0, 0, 1), await queue.CountAsync(Stage.Token));
    }

    [Fact]
    public async Task A_host_does_the_jobs_of_a_queue_and_gives_back_what_it_did_not_finish()
    {
        await using var stage = await Stage.StartAsync();
        var handler = new Handler();
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Services.AddSingleton<IDestinations>(stage.Destinations);
        builder.Services.AddSingleton(TimeProvider.System);
        builder.Services.AddScoped<Handler>(_ => handler);
        builder.Services.AddWeirQueue<Handler>(Options with { PollInterval = TimeSpan.FromMilliseconds(5) });
        builder.Services.AddLogging();
        using var host = builder.Build();
        var queue = host.Services.GetRequiredService<WorkQueues>()["calls"];
        for (var i = 0; i < 20; i++)
        {
            await queue.EnqueueAsync(i, new("n", i), cancellationToken: Stage.Token);
        }

        await host.StartAsync(Stage.Token);
        await Stage.UntilAsync(() => handler.Done == 20, "all are done");
        handler.Hangs = true;
        await queue.EnqueueAsync("hangs", [], cancellationToken: Stage.Token);
        await Stage.UntilAsync(() => handler.Hanging == 1, "the last one has begun");
        await host.StopAsync(Stage.Token);

        Assert.Equal(new QueueCounts(1, 20, 0), await queue.CountAsync(Stage.Token));
        Assert.Equal("hangs", (await queue.ClaimAsync(Stage.Token))!.Id.AsString);
    }

    private sealed class Handler : IJobHandler
    {
        private int _done;
        private int _hanging;

        public int Done => Volatile.Read(ref _done);

        public int Hanging => Volatile.Read(ref _hanging);

        public bool Hangs { get; set; }

        public async Task HandleAsync(Job job, CancellationToken cancellationToken)
        {
            if (Hangs)
            {
                Interlocked.Increment(ref _hanging);
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
            Interlocked.Increment(ref _done);
        }
    }
}
