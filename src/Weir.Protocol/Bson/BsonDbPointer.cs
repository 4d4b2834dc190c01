namespace Weir.Protocol.Bson;

/// <summary>The deprecated DBPointer: a namespace and the identifier of a document in it.</summary>
public sealed record BsonDbPointer(string Namespace, ObjectId Id);
