using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>A condition that a path has one of some values; with <paramref name="IsExact"/> from an equality, not an $in.</summary>
internal readonly record struct Equality(FieldPath Path, IReadOnlyList<BsonValue> Values, bool IsExact);
