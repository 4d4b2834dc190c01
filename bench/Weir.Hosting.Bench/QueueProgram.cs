using System.Diagnostics;
using System.Globalization;
using Weir.Hosting.Leaders;
using Weir.Hosting.Queues;
using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Hosting.Bench;

/// <summary>
/// What becomes of many jobs when the processes that do them are killed at random moments: each job adds one to a
/// counter of its own, in the transaction in which it is completed. Counters above one are duplicates, missing ones
/// losses.
/// </summary>
internal static class QueueProgram
{
    private const int Consumers = 3;
    private const int Batch = 500;

    private static readonly WorkQueueOptions Options = new()
    {
        Name = "jobs",
        Destination = Destination.Name,
        Database = Destination.Database,
        ClaimPeriod = TimeSpan.FromSeconds(1),
        MaxAttempts = 1_000,
        RetryPause = TimeSpan.FromMilliseconds(10),
    };

    public static async Task<int> RunAsync(int jobs)
    {
        await using var sandbox = await SandboxDeployment.StartAsync(
            new SandboxOptions { ReplicaSetName = "bench" }
        );
        await using var destinations = Destination.At(sandbox.ConnectionString);
        var queue = new WorkQueue(Options, destinations);
        await queue.PrepareAsync();
        for (var from = 0; from < jobs; from += Batch)
        {
            await Task.WhenAll(
                Enumerable
                    .Range(from, Math.Min(Batch, jobs - from))
                    .Select(i => queue.EnqueueAsync(i, new("n", i)))
            );
        }
        var started = Stopwatch.GetTimestamp();
        var kills = await KillUntilDoneAsync(queue, sandbox.ConnectionString);
        var took = Stopwatch.GetElapsedTime(started);

        await using var lease = await destinations.LeaseAsync(Destination.Name);
        var effects = lease.Collection(Destination.Database, "effects");
        var there = await effects.CountAsync([]);
        var twice = await effects.CountAsync(new("n", new BsonDocument("$gt", 1)));
        var counts = await queue.CountAsync();
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{jobs} jobs, {Consumers} processes, {kills} killed with -9 at random: {counts.Done} done in {took.TotalSeconds:0.0} s, {counts.Open} open, {counts.Dead} dead; duplicates {twice}, losses {jobs - there}; connections at the server at most {sandbox.Members[0].Connections.Peak}"
            )
        );
        return twice == 0 && there == jobs && counts.Done == jobs ? 0 : 1;
    }

    /// <summary>A process that does jobs until it is killed.</summary>
    public static async Task<int> ConsumeAsync(string uri)
    {
        await using var destinations = Destination.At(uri);
        var queue = new WorkQueue(Options, destinations);
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => DoAsync(queue, destinations)));
        return 0;
    }

    private static async Task<int> KillUntilDoneAsync(WorkQueue queue, string uri)
    {
        var consumers = Enumerable
            .Range(0, Consumers)
            .Select(_ => new ChildProcess("consumer", uri))
            .ToArray();
        var kills = 0;
        try
        {
            while ((await queue.CountAsync()).Open > 0)
            {
                await Task.Delay(Random.Shared.Next(300, 1500));
                var victim = Random.Shared.Next(Consumers);
                consumers[victim].Kill();
                consumers[victim].Dispose();
                consumers[victim] = new ChildProcess("consumer", uri);
                kills++;
            }
        }
        finally
        {
            foreach (var consumer in consumers)
            {
                consumer.Dispose();
            }
        }
        return kills;
    }

    private static async Task DoAsync(WorkQueue queue, DestinationRegistry destinations)
    {
        while (true)
        {
            try
            {
                if (await queue.ClaimAsync() is { } job)
                {
                    await CountAsync(queue, destinations, job);
                }
                else
                {
                    await Task.Delay(50);
                }
            }
            catch (Exception e) when (e is StaleFenceException or CommandException)
            {
                // Somebody else has it, or it is claimed again when its claim is over.
            }
        }
    }

    private static async Task CountAsync(WorkQueue queue, DestinationRegistry destinations, Job job)
    {
        await using var lease = await destinations.LeaseAsync(Destination.Name);
        await lease.WithTransactionAsync(
            async (session, token) =>
            {
                await lease
                    .Collection(Destination.Database, "effects")
                    .UpdateOneAsync(
                        new("_id", job.Id),
                        new BsonDocument("$inc", new BsonDocument("n", 1)),
                        upsert: true,
                        session,
                        token
                    );
                await queue.CompleteAsync(job, session: session, cancellationToken: token);
            }
        );
    }
}
