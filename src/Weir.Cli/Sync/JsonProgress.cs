using System.Text.Json.Nodes;
using Weir.Sync.Checkpoints;
using Weir.Sync.Runs;
using Weir.Sync.Verification;

namespace Weir.Cli.Sync;

/// <summary>Objects for programs, one a line: <c>message</c>, <c>progress</c> every second, <c>result</c>.</summary>
internal sealed class JsonProgress(TextWriter output) : ProgressView
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public override void Tell(EntityProgress entity, string text)
    {
        var line = About("message", entity);
        line["text"] = text;
        _output.WriteLine(line.ToJsonString());
    }

    public override async Task ShowAsync(
        IReadOnlyCollection<EntityProgress> entities,
        CancellationToken cancellationToken
    )
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await TickAsync(timer, cancellationToken))
        {
            foreach (var entity in entities.Where(e => e.Result is null && e.Began != 0))
            {
                var line = About("progress", entity);
                Fill(line, entity);
                line["secondsLeft"] = Left(entity)?.TotalSeconds;
                _output.WriteLine(line.ToJsonString());
            }
        }
    }

    public override void End(IReadOnlyList<EntityProgress> results)
    {
        foreach (var entity in results)
        {
            var line = About("result", entity);
            line["outcome"] = entity.Result!.Outcome.ToString().ToLowerInvariant();
            line["error"] = entity.Result.Message;
            Fill(line, entity);
            _output.WriteLine(line.ToJsonString());
        }
    }

    public override void End(EntityProgress entity, VerifyResult result)
    {
        var line = About("result", entity);
        line["same"] = result.IsSame;
        line["source"] = result.SourceCount;
        line["destination"] = result.DestinationCount;
        line["missing"] = result.Missing;
        line["extra"] = result.Extra;
        line["differing"] = result.Differing;
        line["perSecond"] = Math.Round(Rate(entity));
        line["retries"] = entity.Retries;
        line["named"] = new JsonArray([
            .. result.Named.Select(d => new JsonObject
            {
                ["kind"] = d.Kind.ToString().ToLowerInvariant(),
                ["key"] = d.Key,
            }),
        ]);
        _output.WriteLine(line.ToJsonString());
    }

    public static JsonObject Json(Counts counts) =>
        new()
        {
            ["read"] = counts.Read,
            ["written"] = counts.Written,
            ["deleted"] = counts.Deleted,
            ["leftOut"] = counts.LeftOut,
            ["refused"] = counts.Refused,
            ["bytes"] = counts.Bytes,
        };

    private static JsonObject About(string kind, EntityProgress entity) =>
        new()
        {
            ["kind"] = kind,
            ["job"] = entity.Job,
            ["entity"] = entity.Entity,
        };

    private static void Fill(JsonObject line, EntityProgress entity)
    {
        line["activity"] = entity.Activity;
        line["estimate"] = entity.Estimate;
        line["counts"] = Json(entity.Counts);
        line["perSecond"] = Math.Round(Rate(entity));
        line["retries"] = entity.Retries;
    }
}
