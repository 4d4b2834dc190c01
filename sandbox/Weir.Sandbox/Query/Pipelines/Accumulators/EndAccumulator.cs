using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$first and $last.</summary>
internal sealed class EndAccumulator(bool first) : Accumulator
{
    private BsonValue result;
    private bool any;

    public override BsonValue Result => result;

    public override void Add(BsonValue? value)
    {
        if (!first || !any)
        {
            result = value ?? BsonValue.Null;
        }

        any = true;
    }
}
