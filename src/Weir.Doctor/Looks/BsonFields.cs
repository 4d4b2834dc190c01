using Weir.Protocol.Bson;

namespace Weir.Doctor.Looks;

/// <summary>Reads fields of replies that may be missing, or of another type than expected.</summary>
internal static class BsonFields
{
    public static long? Number(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsNumber: true } value ? (long)value.ToDouble() : null;

    public static string? Text(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsString: true } value ? value.AsString : null;

    public static bool? Flag(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) switch
        {
            { IsBoolean: true } value => value.AsBoolean,
            { IsNumber: true } value => value.ToDouble() != 0,
            _ => null,
        };

    public static DateTime? Date(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsDateTime: true } value ? value.AsDateTime : null;

    public static BsonDocument? Section(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsDocument: true } value ? value.AsDocument : null;

    public static IEnumerable<BsonValue> Items(this BsonDocument document, string name) =>
        document.GetValueOrDefault(name) is { IsArray: true } value ? value.AsArray : [];
}
