using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$push.</summary>
internal sealed class PushAccumulator : Accumulator
{
    private readonly BsonArray values = [];

    public override BsonValue Result => values;

    public override void Add(BsonValue? value)
    {
        if (value is { } present)
        {
            values.Add(present);
        }
    }
}
