using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions.Functions;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>$mergeObjects.</summary>
internal sealed class MergeAccumulator : Accumulator
{
    private BsonValue merged = new BsonDocument();

    public override BsonValue Result => merged;

    public override void Add(BsonValue? value) => merged = ObjectFunctions.Merge([merged, value])!.Value;
}
