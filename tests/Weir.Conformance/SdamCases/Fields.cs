using Weir.Protocol.Bson;

namespace Weir.Conformance.SdamCases;

/// <summary>Reads the cases' documents; a field that the runner does not know is a failure.</summary>
internal static class Fields
{
    public static BsonDocument Only(this BsonDocument document, params string[] known)
    {
        foreach (var name in document.Names)
        {
            Assert.True(known.Contains(name), $"the runner does not know the field '{name}'");
        }
        return document;
    }

    public static IEnumerable<BsonDocument> Documents(this BsonDocument document, string name) =>
        document.TryGetValue(name, out var value) ? value.AsArray.Select(v => v.AsDocument) : [];

    public static string? Text(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsNull: false } value ? value.AsString : null;

    public static int? Number(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsNull: false } value ? value.ToInt32() : null;

    public static ObjectId? Id(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsNull: false } value ? value.AsObjectId : null;
}
