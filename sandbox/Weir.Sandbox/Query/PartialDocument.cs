using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>Reads only some top-level fields of a stored document: what a filter or a sort looks at.</summary>
internal sealed class PartialDocument
{
    private readonly (string Name, byte[] Utf8)[] fields;

    public PartialDocument(IEnumerable<string> fields) =>
        this.fields = [.. fields.Select(static name => (name, Encoding.UTF8.GetBytes(name)))];

    public BsonDocument Read(ReadOnlySpan<byte> bytes)
    {
        var document = new BsonDocument(fields.Length);
        var reader = new BsonReader(bytes);
        while (document.Count < fields.Length && reader.Read())
        {
            foreach (var (name, utf8) in fields)
            {
                if (reader.NameEquals(utf8))
                {
                    document.Add(name, reader.GetValue());
                    break;
                }
            }
        }

        return document;
    }
}
