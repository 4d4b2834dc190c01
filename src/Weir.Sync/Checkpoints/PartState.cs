using Weir.Protocol.Bson;

namespace Weir.Sync.Checkpoints;

/// <summary>A part of a run's plan, and how far it is.</summary>
/// <param name="Part">The part, in the source's terms.</param>
/// <param name="Position">Where to go on; <see langword="null"/>: at its beginning.</param>
/// <param name="IsDone">Whether it is at its end.</param>
/// <param name="Counts">What was done.</param>
internal sealed record PartState(BsonDocument Part, BsonDocument? Position, bool IsDone, Counts Counts)
{
    public static PartState Parse(BsonDocument state) =>
        new(
            state["part"].AsDocument,
            state.GetValueOrDefault("position") is { IsDocument: true } position ? position.AsDocument : null,
            state["done"].AsBoolean,
            Counts.Parse(state["counts"])
        );

    public BsonDocument ToBson() =>
        new()
        {
            ["part"] = Part,
            ["position"] = Position,
            ["done"] = IsDone,
            ["counts"] = Counts.ToBson(),
        };
}
