using System.Globalization;
using Weir.Hosting.Leaders;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Hosting.Queues;

/// <summary>
/// A queue of jobs in a collection, for any number of competing consumers: a job is claimed by one at a time, by the
/// server's clock, and only the holder of the latest claim can say what became of it. Thread-safe.
/// </summary>
public sealed class WorkQueue
{
    private readonly IDestinations _destinations;
    private readonly string _owner;

    /// <summary>A queue; nothing is asked yet.</summary>
    public WorkQueue(WorkQueueOptions options, IDestinations destinations)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(destinations);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxAttempts, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.ClaimPeriod, TimeSpan.FromMilliseconds(100));
        Options = options;
        _destinations = destinations;
        _owner = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}/{Environment.ProcessId}"
        );
    }

    /// <summary>What it keeps to.</summary>
    public WorkQueueOptions Options { get; }

    /// <summary>Makes the index that claims use, where it is not there yet.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken = default)
    {
        await using var lease = await LeaseAsync(cancellationToken);
        var index = new BsonDocument { ["key"] = JobDocument.Index, ["name"] = "weir_due" };
        await lease.RunCommandAsync(
            Options.Database,
            new BsonDocument
            {
                ["createIndexes"] = Options.Name,
                ["indexes"] = new BsonArray { index },
            },
            cancellationToken
        );
    }

    /// <summary>Puts a job in. One with an id that is there already is not put in again.</summary>
    /// <param name="id">The job's id: what makes putting it in twice the same as once.</param>
    /// <param name="payload">What is to be done.</param>
    /// <param name="delay">How long it waits at least.</param>
    /// <param name="session">A transaction that it belongs to.</param>
    /// <param name="cancellationToken">Gives up; it may be in.</param>
    /// <returns>Whether it was not there yet.</returns>
    public async Task<bool> EnqueueAsync(
        BsonValue id,
        BsonDocument payload,
        TimeSpan delay = default,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        await using var lease = await LeaseAsync(cancellationToken);
        var result = await Jobs(lease)
            .UpdateOneAsync(
                new BsonDocument("_id", id),
                JobDocument.New(payload, delay),
                upsert: true,
                session,
                cancellationToken
            );
        return result.Upserted.Count > 0;
    }

    /// <summary>Claims the job that has been due for longest; <see langword="null"/>: none is due.</summary>
    public async Task<Job?> ClaimAsync(CancellationToken cancellationToken = default)
    {
        await using var lease = await LeaseAsync(cancellationToken);
        var options = new FindAndUpdateOptions { Sort = new BsonDocument("due", 1), ReturnsUpdated = true };
        while (true)
        {
            var document = await Jobs(lease)
                .FindOneAndUpdateAsync(
                    JobDocument.Due,
                    JobDocument.Claim(_owner, Options.ClaimPeriod),
                    options,
                    cancellationToken: cancellationToken
                );
            if (document is null)
            {
                return null;
            }
            var job = new Job(
                document["_id"],
                document["payload"].AsDocument,
                document["attempts"].ToInt32(),
                document["fence"].ToInt64()
            );
            if (job.Attempt <= Options.MaxAttempts)
            {
                return job;
            }
            // Whoever tried it last died without a word, and so did everybody before: it is dangerous.
            await ChangeAsync(
                lease,
                job,
                JobDocument.Bury("its last attempt ended without a word"),
                null,
                cancellationToken
            );
        }
    }

    /// <summary>Says that the job is still being done. False: somebody else has it.</summary>
    public Task<bool> HeartbeatAsync(Job job, CancellationToken cancellationToken = default) =>
        ChangeAsync(job, JobDocument.Extend(Options.ClaimPeriod), cancellationToken);

    /// <summary>Says that the job is done, with what came of it. Done once, however many tried.</summary>
    /// <param name="job">The job.</param>
    /// <param name="result">What came of it.</param>
    /// <param name="session">
    /// A transaction that it belongs to: what else is written there is then done as often as the job is, once.
    /// </param>
    /// <param name="cancellationToken">Gives up; it may be done.</param>
    /// <exception cref="StaleFenceException">Somebody else has claimed it meanwhile: nothing was changed.</exception>
    public async Task CompleteAsync(
        Job job,
        BsonDocument? result = null,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(job);
        await using var lease = await LeaseAsync(cancellationToken);
        if (!await ChangeAsync(lease, job, JobDocument.Complete(result), session, cancellationToken))
        {
            throw Refused(job);
        }
    }

    /// <summary>Says that the attempt failed: it is tried again after a pause, or put aside after the last.</summary>
    /// <returns>Whether it is tried again.</returns>
    /// <exception cref="StaleFenceException">Somebody else has claimed it meanwhile: nothing was changed.</exception>
    public async Task<bool> FailAsync(Job job, string error, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        var isLast = job.Attempt >= Options.MaxAttempts;
        var update = isLast ? JobDocument.Bury(error) : JobDocument.Retry(error, PauseAfter(job.Attempt));
        return await ChangeAsync(job, update, cancellationToken) ? !isLast : throw Refused(job);
    }

    /// <summary>Gives a job back for later: it is not over, and nothing failed, so it is not an attempt.</summary>
    /// <exception cref="StaleFenceException">Somebody else has claimed it meanwhile: nothing was changed.</exception>
    public async Task DeferAsync(Job job, TimeSpan pause, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(job);
        if (!await ChangeAsync(job, JobDocument.Defer(pause), cancellationToken))
        {
            throw Refused(job);
        }
    }

    /// <summary>Gives a job back that nothing was done about, so that somebody else can claim it at once.</summary>
    public Task<bool> AbandonAsync(Job job, CancellationToken cancellationToken = default) =>
        ChangeAsync(job, JobDocument.Defer(TimeSpan.Zero), cancellationToken);

    /// <summary>Counts its jobs.</summary>
    public async Task<QueueCounts> CountAsync(CancellationToken cancellationToken = default)
    {
        await using var lease = await LeaseAsync(cancellationToken);
        return new QueueCounts(
            await CountAsync(JobDocument.Open),
            await CountAsync(JobDocument.Done),
            await CountAsync(JobDocument.Dead)
        );

        Task<long> CountAsync(string state) =>
            Jobs(lease).CountAsync(new BsonDocument("state", state), cancellationToken: cancellationToken);
    }

    private TimeSpan PauseAfter(int attempt)
    {
        var pause = Options.RetryPause * Math.Pow(2, attempt - 1);
        return pause < Options.MaxRetryPause ? pause : Options.MaxRetryPause;
    }

    private async Task<bool> ChangeAsync(Job job, BsonArray update, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(job);
        await using var lease = await LeaseAsync(cancellationToken);
        return await ChangeAsync(lease, job, update, null, cancellationToken);
    }

    private async Task<bool> ChangeAsync(
        DestinationLease lease,
        Job job,
        BsonArray update,
        CommandSession? session,
        CancellationToken cancellationToken
    )
    {
        var result = await Jobs(lease)
            .UpdateOneAsync(JobDocument.Of(job), update, false, session, cancellationToken);
        return result.Matched > 0;
    }

    private ValueTask<DestinationLease> LeaseAsync(CancellationToken cancellationToken) =>
        _destinations.LeaseAsync(Options.Destination, cancellationToken);

    private CommandCollection Jobs(DestinationLease lease) =>
        lease.Collection(Options.Database, Options.Name);

    private StaleFenceException Refused(Job job) => new($"queue \"{Options.Name}\", job {job.Id}", job.Fence);
}
