using Weir.Protocol.Bson;

namespace Weir.Sync.Checkpoints;

/// <summary>A run that began and has not ended: the plan, and how far it is.</summary>
internal sealed record RunState
{
    /// <summary>Tells runs apart; the staging collection is named after it.</summary>
    public required ObjectId Id { get; init; }

    /// <summary>What the plan depends on: a run of another definition is not gone on with.</summary>
    public required string Definition { get; init; }

    public required DateTime Started { get; init; }

    public RunPhase Phase { get; init; }

    /// <summary>The collection that is filled, where it is not the live one.</summary>
    public string? Staging { get; init; }

    public required IReadOnlyList<PartState> Parts { get; init; }

    public long? Estimate { get; init; }

    /// <summary>Incremental: where the next run begins.</summary>
    public BsonValue Watermark { get; init; }

    /// <summary>Follow: where the stream goes on.</summary>
    public BsonValue Token { get; init; }

    /// <summary>What was done beside the parts: by comparing, or following.</summary>
    public Counts Extra { get; init; }

    public Counts Counts => Parts.Aggregate(Extra, (sum, part) => sum + part.Counts);

    public static RunState Parse(BsonDocument run) =>
        new()
        {
            Id = run["id"].AsObjectId,
            Definition = run["definition"].AsString,
            Started = run["started"].AsDateTime,
            Phase = Enum.Parse<RunPhase>(run["phase"].AsString),
            Staging = run.GetValueOrDefault("staging") is { IsString: true } staging
                ? staging.AsString
                : null,
            Parts = [.. run["parts"].AsArray.Select(p => PartState.Parse(p.AsDocument))],
            Estimate = run.GetValueOrDefault("estimate") is { IsNumber: true } estimate
                ? estimate.ToInt64()
                : null,
            Watermark = run.GetValueOrDefault("watermark"),
            Token = run.GetValueOrDefault("token"),
            Extra = Counts.Parse(run.GetValueOrDefault("extra")),
        };

    public BsonDocument ToBson() =>
        new()
        {
            ["id"] = Id,
            ["definition"] = Definition,
            ["started"] = Started,
            ["phase"] = Phase.ToString(),
            ["staging"] = Staging,
            ["parts"] = new BsonArray(Parts.Select(p => (BsonValue)p.ToBson())),
            ["estimate"] = Estimate is { } estimate ? estimate : BsonValue.Null,
            ["watermark"] = Watermark,
            ["token"] = Token,
            ["extra"] = Extra.ToBson(),
        };
}
