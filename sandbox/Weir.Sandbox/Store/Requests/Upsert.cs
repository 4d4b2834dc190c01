using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store.Requests;

/// <summary>A document made by the statement at <paramref name="Index"/>.</summary>
internal readonly record struct Upsert(int Index, BsonValue Id);
