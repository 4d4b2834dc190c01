using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$sum and $count; what is no number counts nothing.</summary>
internal sealed class SumAccumulator : Accumulator
{
    private BsonValue sum = 0;

    public override BsonValue Result => sum;

    public override void Add(BsonValue? value)
    {
        if (value is { IsNumber: true } number)
        {
            sum = Numbers.Add(sum, number);
        }
    }
}
