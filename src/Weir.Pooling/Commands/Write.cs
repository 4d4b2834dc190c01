using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>One write of a bulk: an insert, an update or a delete. Made by the methods of this class.</summary>
public sealed class Write
{
    private Write(WriteKind kind, BsonDocument statement, bool isMulti)
    {
        Kind = kind;
        Statement = statement;
        IsMulti = isMulti;
    }

    internal WriteKind Kind { get; }

    /// <summary>The document itself, or the statement that the command carries.</summary>
    internal BsonDocument Statement { get; }

    /// <summary>Whether it may write many documents: such a one cannot be tried again.</summary>
    internal bool IsMulti { get; }

    /// <summary>Inserts a document; one without an <c>_id</c> gets an ObjectId, in the document itself.</summary>
    public static Write Insert(BsonDocument document)
    {
        ArgumentNullException.ThrowIfNull(document);
        if (!document.Contains("_id"))
        {
            document.Insert(0, "_id", ObjectId.New());
        }
        return new Write(WriteKind.Insert, document, isMulti: false);
    }

    /// <summary>Updates one document, by operators or (an array) a pipeline.</summary>
    public static Write UpdateOne(BsonDocument filter, BsonValue update, bool upsert = false) =>
        Update(filter, update, upsert, isMulti: false);

    /// <summary>Updates every document found.</summary>
    public static Write UpdateMany(BsonDocument filter, BsonValue update, bool upsert = false) =>
        Update(filter, update, upsert, isMulti: true);

    /// <summary>Replaces one document.</summary>
    /// <exception cref="ArgumentException">The replacement has operators.</exception>
    public static Write ReplaceOne(BsonDocument filter, BsonDocument replacement, bool upsert = false)
    {
        ArgumentNullException.ThrowIfNull(replacement);
        if (replacement.Count > 0 && replacement[0].Name.StartsWith('$'))
        {
            throw new ArgumentException("a replacement has no update operators", nameof(replacement));
        }
        return Statements(filter, replacement, upsert, isMulti: false);
    }

    /// <summary>Deletes one document.</summary>
    public static Write DeleteOne(BsonDocument filter) => Delete(filter, isMulti: false);

    /// <summary>Deletes every document found.</summary>
    public static Write DeleteMany(BsonDocument filter) => Delete(filter, isMulti: true);

    private static Write Update(BsonDocument filter, BsonValue update, bool upsert, bool isMulti)
    {
        var isUpdate =
            update.IsArray
            || update is { IsDocument: true }
                && update.AsDocument is { Count: > 0 } document
                && document[0].Name.StartsWith('$');
        return isUpdate
            ? Statements(filter, update, upsert, isMulti)
            : throw new ArgumentException(
                "an update is a document of update operators, or an array of stages; to replace, there is ReplaceOne",
                nameof(update)
            );
    }

    private static Write Statements(BsonDocument filter, BsonValue update, bool upsert, bool isMulti)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var statement = new BsonDocument { ["q"] = filter, ["u"] = update };
        if (isMulti)
        {
            statement["multi"] = true;
        }
        if (upsert)
        {
            statement["upsert"] = true;
        }
        return new Write(WriteKind.Update, statement, isMulti);
    }

    private static Write Delete(BsonDocument filter, bool isMulti)
    {
        ArgumentNullException.ThrowIfNull(filter);
        var statement = new BsonDocument { ["q"] = filter, ["limit"] = isMulti ? 0 : 1 };
        return new Write(WriteKind.Delete, statement, isMulti);
    }
}
