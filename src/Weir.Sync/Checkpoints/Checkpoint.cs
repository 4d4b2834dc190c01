using Weir.Protocol.Bson;

namespace Weir.Sync.Checkpoints;

/// <summary>What is kept of an entity, beside its data: who runs it, how far it is, how it ended.</summary>
internal sealed record Checkpoint
{
    public required string Job { get; init; }

    public required string Entity { get; init; }

    public EntityState State { get; init; }

    /// <summary>Counts up with every runner that takes the entity: one with a lower number has lost it.</summary>
    public long Fence { get; init; }

    /// <summary>Who has it, or had it last.</summary>
    public string Runner { get; init; } = "";

    /// <summary>Until when it is the runner's, by the server's clock.</summary>
    public DateTime? LeaseUntil { get; init; }

    public bool IsCancelRequested { get; init; }

    public RunState? Run { get; init; }

    /// <summary>Incremental: where the next run begins.</summary>
    public BsonValue Watermark { get; init; }

    public DateTime? Started { get; init; }

    public DateTime? Finished { get; init; }

    /// <summary>What the last run that ended did.</summary>
    public Counts Last { get; init; }

    public string? Error { get; init; }

    public static string IdOf(string job, string entity) => $"{job}/{entity}";

    public static Checkpoint Parse(BsonDocument document) =>
        new()
        {
            Job = document["job"].AsString,
            Entity = document["entity"].AsString,
            State = Enum.TryParse<EntityState>(Text(document, "state"), out var state)
                ? state
                : EntityState.New,
            Fence = document.GetValueOrDefault("fence") is { IsNumber: true } fence ? fence.ToInt64() : 0,
            Runner = Text(document, "runner") ?? "",
            LeaseUntil = Time(document, "leaseUntil"),
            IsCancelRequested = document.GetValueOrDefault("cancel").ToBoolean(),
            Run = document.GetValueOrDefault("run") is { IsDocument: true } run
                ? RunState.Parse(run.AsDocument)
                : null,
            Watermark = document.GetValueOrDefault("watermark"),
            Started = Time(document, "started"),
            Finished = Time(document, "finished"),
            Last = Counts.Parse(document.GetValueOrDefault("last")),
            Error = Text(document, "error"),
        };

    private static string? Text(BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsString: true } text ? text.AsString : null;

    private static DateTime? Time(BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsDateTime: true } time ? time.AsDateTime : null;
}
