using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Operations;

/// <summary>What one update statement did.</summary>
internal readonly record struct UpdateOutcome(long Matched, long Modified, BsonValue? Upserted);
