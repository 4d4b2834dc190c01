using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$addToSet.</summary>
internal sealed class SetAccumulator : Accumulator
{
    private readonly HashSet<BsonValue> seen = new(BsonOrder.Instance);
    private readonly BsonArray values = [];

    public override BsonValue Result => values;

    public override void Add(BsonValue? value)
    {
        if (value is { } present && seen.Add(present))
        {
            values.Add(present);
        }
    }
}
