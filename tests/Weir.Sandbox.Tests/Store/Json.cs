using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Sandbox.Tests.Store;

/// <summary>Documents as short text: single quotes for double ones.</summary>
internal static class Json
{
    public static BsonDocument Doc(string text) => ExtendedJson.Parse(text.Replace('\'', '"'));

    public static BsonValue Value(string text) => Doc("{ 'v': " + text + " }")["v"];

    public static BsonArray Array(string text) => Value(text).AsArray;

    public static string Text(BsonDocument document) =>
        ExtendedJson.Write(document).Replace('"', '\'').Replace("': ", "':").Replace(", ", ",");
}
