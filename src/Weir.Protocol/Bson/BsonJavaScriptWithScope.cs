namespace Weir.Protocol.Bson;

/// <summary>The deprecated JavaScript code with the variables it sees.</summary>
public sealed record BsonJavaScriptWithScope(string Code, BsonDocument Scope);
