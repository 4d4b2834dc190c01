using Weir.Hosting.Leaders;
using Weir.Hosting.Queues;
using Weir.Hosting.Workers;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Samples.Journal.Providers;

namespace Weir.Samples.Journal.Calls;

/// <summary>
/// Places the calls that are due, asks how they go, and turns those that are over into journal entries. Every replica
/// runs it: a call is claimed by one at a time, and whatever is written carries the claim's fence.
/// </summary>
internal sealed partial class CallSchedulerWorker(
    JournalStore store,
    JournalClock clock,
    ICallProvider provider,
    WorkQueues queues,
    ILogger<CallSchedulerWorker> logger
) : IWeirWorker
{
    // Claims have fences of their own: after those of the scheduler's terms, which wrote the call before.
    private const long FirstClaim = 1L << 32;

    // How long a call may go on before it is asked about again.
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public async Task RunAsync(WorkerRun run, CancellationToken cancellationToken)
    {
        var queue = queues["callJobs"];
        while (await queue.ClaimAsync(cancellationToken) is { } job)
        {
            try
            {
                await AdvanceAsync(queue, job, cancellationToken);
            }
            catch (StaleFenceException)
            {
                LogLost(logger, job.Id.AsString);
            }
            catch (HttpRequestException e)
            {
                LogFailed(logger, e, job.Id.AsString, job.Attempt);
                await queue.FailAsync(job, e.Message, cancellationToken);
            }
        }
    }

    private async Task AdvanceAsync(WorkQueue queue, Job job, CancellationToken cancellationToken)
    {
        await using var lease = await store.LeaseAsync(cancellationToken);
        BsonDocument id = new("_id", job.Id);
        var call =
            await store.Calls(lease).FindOneAsync(id, cancellationToken: cancellationToken)
            ?? throw new InvalidDataException($"call {job.Id} has a job, but is not there");
        var placed = call.GetValueOrDefault("provider") is { IsString: true } known
            ? known.AsString
            : await PlaceAsync(lease, job, call, cancellationToken);
        var status = await provider.GetAsync(placed, cancellationToken);
        if (status.Transcript is null)
        {
            await queue.DeferAsync(job, Look, cancellationToken);
            return;
        }
        await CompleteAsync(lease, job, call, status.Transcript, cancellationToken);
        await queue.CompleteAsync(job, cancellationToken: cancellationToken);
    }

    private async Task<string> PlaceAsync(
        DestinationLease lease,
        Job job,
        BsonDocument call,
        CancellationToken cancellationToken
    )
    {
        // The call's id is the key by which the provider knows a call that is placed again after a death.
        var placed = await provider.PlaceAsync(
            job.Id.AsString,
            call["phone"].AsString,
            call["prompt"].AsString,
            cancellationToken
        );
        BsonDocument set = new()
        {
            ["state"] = CallDocument.Placed,
            ["provider"] = placed,
            ["placed"] = clock.Now.UtcDateTime,
        };
        await UpdateAsync(lease, job, set, cancellationToken);
        return placed;
    }

    private async Task CompleteAsync(
        DestinationLease lease,
        Job job,
        BsonDocument call,
        string transcript,
        CancellationToken cancellationToken
    )
    {
        var now = clock.Now.UtcDateTime;
        await store
            .Entries(lease)
            .UpdateOneAsync(
                new BsonDocument("_id", job.Id),
                new BsonDocument(
                    "$setOnInsert",
                    new BsonDocument
                    {
                        ["person"] = call["person"],
                        ["day"] = call["day"],
                        ["prompt"] = call["prompt"],
                        ["text"] = transcript,
                        ["completed"] = now,
                    }
                ),
                upsert: true,
                cancellationToken: cancellationToken
            );
        BsonDocument set = new() { ["state"] = CallDocument.Completed, ["completed"] = now };
        await UpdateAsync(lease, job, set, cancellationToken);
    }

    private async Task UpdateAsync(
        DestinationLease lease,
        Job job,
        BsonDocument set,
        CancellationToken cancellationToken
    ) =>
        await store
            .Calls(lease)
            .UpdateOneAsync(
                new BsonDocument("_id", job.Id),
                new BsonDocument("$set", set),
                job.Fence + FirstClaim,
                cancellationToken: cancellationToken
            );

    [LoggerMessage(1, LogLevel.Information, "{Call}: somebody else has it now")]
    private static partial void LogLost(ILogger logger, string call);

    [LoggerMessage(2, LogLevel.Warning, "{Call}: attempt {Attempt} failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string call, int attempt);
}
