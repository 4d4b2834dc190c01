using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Pipelines.Accumulators;

/// <summary>What one group gathers of its documents.</summary>
internal abstract class Accumulator
{
    public abstract BsonValue Result { get; }

    /// <summary>Takes the argument's value of one more document; null where it is missing.</summary>
    public abstract void Add(BsonValue? value);
}
