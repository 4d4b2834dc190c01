using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$avg of the numbers; null without any.</summary>
internal sealed class AverageAccumulator : Accumulator
{
    private BsonValue sum = 0;
    private long count;

    public override BsonValue Result => count == 0 ? BsonValue.Null : Numbers.Divide(sum, count);

    public override void Add(BsonValue? value)
    {
        if (value is { IsNumber: true } number)
        {
            sum = Numbers.Add(sum, number);
            count++;
        }
    }
}
