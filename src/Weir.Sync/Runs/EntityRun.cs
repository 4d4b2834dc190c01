using Weir.Protocol.Bson;
using Weir.Sync.Checkpoints;
using Weir.Sync.Jobs;
using Weir.Sync.Sources;
using Weir.Sync.Sources.MongoDb;
using Weir.Sync.Writing;

namespace Weir.Sync.Runs;

/// <summary>
/// One run of an entity from where its checkpoint says: every step is done so that doing it twice is the same as once,
/// and is noted when it is done.
/// </summary>
internal sealed class EntityRun(EntityWork work, RunOptions options, Action<string> tell)
{
    private readonly Staging _staging = new(work.Live, work.Entity.Key);
    private RunState _run = null!;

    private bool HasStaging => work.Job.Mode != SyncMode.Incremental;

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        var before = work.Hold.Checkpoint.Run;
        var definition = Definition.Of(work.Job, work.Entity);
        var change =
            before is null ? null
            : before.Definition != definition ? "the job was changed since the run that was not finished"
            : await IsStagingGoneAsync(before, cancellationToken)
                ? "the staging collection of the run that was not finished is gone"
            : null;
        if (before is not null && !options.Restart && change is null)
        {
            _run = before;
            tell(
                $"goes on: {_run.Phase.ToString().ToLowerInvariant()}, {_run.Counts.Read} records were read"
            );
        }
        else
        {
            if (change is not null && !options.Restart)
            {
                tell($"begins anew: {change}");
            }
            await BeginAsync(definition, cancellationToken);
        }
        while (true)
        {
            try
            {
                await GoOnAsync(cancellationToken);
                return;
            }
            catch (HistoryLostException e)
            {
                tell($"copies everything again: {e.Message}");
                await BeginAsync(definition, cancellationToken);
            }
        }
    }

    // What was copied into it is lost then. Once it was to be swapped, it may well be gone.
    private async ValueTask<bool> IsStagingGoneAsync(RunState run, CancellationToken cancellationToken) =>
        run is { Staging: { } staging, Phase: RunPhase.Copy or RunPhase.Index }
        && !await work.Retry.RunAsync(token => _staging.ExistsAsync(staging, token), cancellationToken);

    private async ValueTask GoOnAsync(CancellationToken cancellationToken)
    {
        work.BeginCounting(_run.Counts.Refused);
        work.Progress.Begin(_run.Counts, _run.Estimate, work.Time.GetTimestamp());
        if (_run.Phase == RunPhase.Prepare)
        {
            work.Progress.Activity = "preparing";
            await PrepareAsync(cancellationToken);
            await EnterAsync(RunPhase.Copy, cancellationToken);
        }
        if (_run.Phase == RunPhase.Copy)
        {
            work.Progress.Activity = "copying";
            await CopyAsync(cancellationToken);
            await EnterAsync(HasStaging ? RunPhase.Index : RunPhase.Compare, cancellationToken);
        }
        if (_run.Phase == RunPhase.Index)
        {
            work.Progress.Activity = "indexing";
            await _staging.CompleteIndexesAsync(_run.Staging!, cancellationToken);
            await EnterAsync(RunPhase.Swap, cancellationToken);
        }
        if (_run.Phase == RunPhase.Swap)
        {
            work.Progress.Activity = "swapping";
            await work.Retry.RunAsync(token => _staging.SwapAsync(_run.Staging!, token), cancellationToken);
            await EnterAsync(RunPhase.Follow, cancellationToken);
        }
        if (_run.Phase == RunPhase.Compare && work.Entity.Deletes is { Compare: true })
        {
            work.Progress.Activity = "comparing";
            _run = _run with { Extra = await new ComparePass(work).RunAsync(cancellationToken) };
        }
        if (_run.Phase == RunPhase.Follow && work.Job.Mode == SyncMode.Follow)
        {
            work.Progress.Activity = "following";
            await work.SaveAsync(
                new BsonDocument { ["state"] = nameof(EntityState.Following) },
                cancellationToken
            );
            await new Follower(work, _run).RunAsync(options.Once, cancellationToken);
            // It is never over: the run is kept, to be gone on with.
            return;
        }
        await EndAsync(cancellationToken);
    }

    private async ValueTask BeginAsync(string definition, CancellationToken cancellationToken)
    {
        work.Progress.Activity = "planning";
        var id = ObjectId.New(work.Time);
        var staging = HasStaging ? _staging.NameFor(id) : null;
        await work.Retry.RunAsync(token => work.Letters.ClearAsync(token), cancellationToken);
        // Before the copy begins: what changes while it runs is followed from here.
        var start =
            work.Job.Mode == SyncMode.Follow
                ? await work.Retry.RunAsync(
                    token => ChangeReader.NowAsync(((MongoSource)work.Source).Collection, token),
                    cancellationToken
                )
                : default;
        var request = new SplitRequest(4 * work.Job.Concurrency, Since(), work.Job.ChunkSize);
        var plan = await work.Retry.RunAsync(
            token => work.Source.SplitAsync(request, token),
            cancellationToken
        );
        _run = new RunState
        {
            Id = id,
            Definition = definition,
            Started = work.Time.GetUtcNow().UtcDateTime,
            Staging = staging,
            Parts = [.. plan.Parts.Select(part => new PartState(part, null, false, default))],
            Estimate = plan.Estimate,
            Watermark = plan.Watermark ?? work.Hold.Checkpoint.Watermark,
            Token = start,
        };
        var fields = new BsonDocument
        {
            ["state"] = nameof(EntityState.Running),
            ["run"] = _run.ToBson(),
            ["started"] = _run.Started,
            ["finished"] = BsonValue.Null,
            ["error"] = BsonValue.Null,
        };
        await work.SaveAsync(fields, cancellationToken);
    }

    // Only once the plan is kept: what an earlier run left is not needed any more, and what is made belongs to this one.
    private async ValueTask PrepareAsync(CancellationToken cancellationToken)
    {
        if (_run.Staging is not { } staging)
        {
            await work.Retry.RunAsync(
                token => _staging.EnsureKeyAsync(work.Live.Name, token),
                cancellationToken
            );
            return;
        }
        await work.Retry.RunAsync(token => _staging.CleanAsync(staging, token), cancellationToken);
        await work.Retry.RunAsync(token => _staging.MakeAsync(staging, token), cancellationToken);
    }

    private async ValueTask CopyAsync(CancellationToken cancellationToken)
    {
        var target = _run.Staging is { } staging ? work.Live.Sibling(staging) : work.Live;
        var left = _run.Parts.Index().Where(part => !part.Item.IsDone).ToList();
        // A source that cannot tell its highest watermark beforehand has one part.
        var tracks = work.Entity.Watermark is not null && work.Source is not IKeyLookup;
        BsonValue? known = _run.Watermark.IsNull ? (BsonValue?)null : _run.Watermark;
        var pipeline = tracks ? new RecordPipeline(work.Entity, work.Job.Mode, true, known) : null;
        await Parallel.ForEachAsync(
            left,
            new ParallelOptions
            {
                MaxDegreeOfParallelism = work.Job.Concurrency,
                CancellationToken = cancellationToken,
            },
            async (item, token) =>
            {
                using var writer = new ChunkWriter(
                    target,
                    work.Entity.Key,
                    isFresh: _run.Staging is not null && work.Entity.IsKeyedById,
                    work.Hold,
                    work.Size,
                    work.Time
                );
                var own = pipeline ?? new RecordPipeline(work.Entity, work.Job.Mode, false);
                await new PartCopy(work, item.Index, item.Item, own).RunAsync(writer, token);
            }
        );
        if (pipeline?.Highest is { } highest)
        {
            _run = _run with { Watermark = highest };
        }
    }

    private async ValueTask EnterAsync(RunPhase phase, CancellationToken cancellationToken)
    {
        await work.SaveAsync(new BsonDocument { ["run.phase"] = phase.ToString() }, cancellationToken);
        _run = _run with { Phase = phase };
    }

    private async ValueTask EndAsync(CancellationToken cancellationToken)
    {
        var fields = new BsonDocument
        {
            ["state"] = nameof(EntityState.Done),
            ["run"] = BsonValue.Null,
            ["watermark"] = _run.Watermark,
            ["finished"] = work.Time.GetUtcNow().UtcDateTime,
            ["last"] = work.Progress.Counts.ToBson(),
        };
        await work.SaveAsync(fields, cancellationToken);
    }

    private BsonValue? Since()
    {
        var last = work.Hold.Checkpoint.Watermark;
        if (work.Entity.Watermark is not { } watermark || options.Restart || last.IsNull)
        {
            return null;
        }
        return last.Type switch
        {
            BsonType.DateTime => BsonValue.FromMillisecondsSinceEpoch(
                last.AsMillisecondsSinceEpoch - (long)watermark.Overlap.TotalMilliseconds
            ),
            BsonType.Int32
            or BsonType.Int64 when Math.Floor(watermark.NumberOverlap) == watermark.NumberOverlap =>
                last.ToInt64() - (long)watermark.NumberOverlap,
            BsonType.Int32 or BsonType.Int64 or BsonType.Double => last.ToDouble() - watermark.NumberOverlap,
            BsonType.Timestamp => new BsonTimestamp(
                (uint)Math.Max(0, last.AsTimestamp.Seconds - watermark.Overlap.TotalSeconds),
                0
            ),
            _ => last,
        };
    }
}
