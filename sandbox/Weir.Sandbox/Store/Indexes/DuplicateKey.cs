using System.Text;
using Weir.Protocol.Bson;
using Weir.Sandbox.Query;

namespace Weir.Sandbox.Store.Indexes;

/// <summary>The error for a second document under a unique key, word for word as drivers and applications parse it.</summary>
internal static class DuplicateKey
{
    public static CommandError Error(string collection, IndexDefinition index, BsonValue[] values)
    {
        var keyValue = new BsonDocument();
        var text = new StringBuilder("{ ");
        var i = 0;
        foreach (var field in index.Key)
        {
            text.Append(i == 0 ? "" : ", ").Append(field.Name).Append(": ");
            text.Append(ValueText.Of(values[i]));
            keyValue.Add(field.Name, values[i]);
            i++;
        }

        text.Append(" }");
        return new CommandError(
            ErrorCodes.DuplicateKey,
            $"E11000 duplicate key error collection: {collection} index: {index.Name} dup key: {text}",
            new BsonDocument { ["keyPattern"] = index.Key.Clone(), ["keyValue"] = keyValue }
        );
    }
}
