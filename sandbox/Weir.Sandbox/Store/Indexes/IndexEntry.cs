using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>One key of a document in an index: the canonical bytes, and the values for an error that quotes them.</summary>
internal readonly record struct IndexEntry(IndexKey Key, BsonValue[] Values);
