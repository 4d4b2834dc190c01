namespace Weir.Protocol.Bson;

/// <summary>A name and its value: one element of a document.</summary>
public readonly record struct BsonElement(string Name, BsonValue Value);
