using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>What the runner knows: anything else in a case fails it.</summary>
internal static class Known
{
    public static void Fields(BsonDocument document, string where, params ReadOnlySpan<string> known)
    {
        foreach (var name in document.Names)
        {
            if (!known.Contains(name))
            {
                throw new InvalidDataException($"{where}: the field '{name}' is unknown to the runner");
            }
        }
    }
}
