using Weir.Protocol.Bson;
using Weir.Sandbox.Query;
using Weir.Sandbox.Store.Catalog;

namespace Weir.Sandbox.Store.Operations;

/// <summary>A document on its way into a collection: with an _id in front and of a size that may be stored, or its error.</summary>
internal readonly struct NewDocument
{
    /// <summary>The largest document a client may store.</summary>
    public const int MaxSize = 16 * 1024 * 1024;

    // What the server's own documents may have on top, and where its BSON reader gives up.
    private const int MaxInternalSize = MaxSize + (16 * 1024);

    private readonly BsonDocument? document;
    private readonly byte[]? bytes;
    private readonly CommandError? error;

    private NewDocument(BsonDocument document, byte[] bytes) =>
        (this.document, this.bytes) = (document, bytes);

    private NewDocument(CommandError error) => this.error = error;

    public static NewDocument Prepare(BsonDocument document)
    {
        try
        {
            var complete = WithId(document);
            var bytes = complete.ToBytes();
            RequireSize(bytes.Length);
            return new NewDocument(complete, bytes);
        }
        catch (CommandError error)
        {
            return new NewDocument(error);
        }
    }

    public void InsertInto(Collection collection, Transaction writer)
    {
        if (error is not null)
        {
            throw error;
        }

        collection.Insert(writer, document!, bytes!);
    }

    /// <summary>The same document with its _id in front, a new one where there is none.</summary>
    public static BsonDocument WithId(BsonDocument document)
    {
        if (document.Count > 0 && document[0].Name == "_id")
        {
            RequireId(document[0].Value);
            return document;
        }

        var hasId = document.TryGetValue("_id", out var id);
        var complete = new BsonDocument(document.Count + 1) { { "_id", hasId ? id : ObjectId.New() } };
        RequireId(complete[0].Value);
        foreach (var element in document)
        {
            if (element.Name != "_id")
            {
                complete.Add(element);
            }
        }

        return complete;
    }

    public static void RequireId(BsonValue id)
    {
        if (id.Type is BsonType.Array or BsonType.RegularExpression or BsonType.Undefined)
        {
            throw new CommandError(
                ErrorCodes.InvalidIdField,
                $"The '_id' value cannot be of type {ValueText.TypeName(id.Type)}"
            );
        }

        if (id.IsDocument && id.AsDocument.Names.FirstOrDefault(static name => name is ['$', ..]) is { } name)
        {
            throw new CommandError(
                ErrorCodes.DollarPrefixedFieldName,
                $"_id fields may not contain '$'-prefixed fields: {name} is not valid for storage."
            );
        }
    }

    private static void RequireSize(int size)
    {
        if (size > MaxInternalSize)
        {
            throw new CommandError(
                ErrorCodes.BsonObjectTooLarge,
                $"BSONObj size: {size} (0x{size:X}) is invalid. Size must be between 0 and {MaxInternalSize}(16MB)"
            );
        }

        if (size > MaxSize)
        {
            throw CommandError.BadValue(
                $"object to insert too large. size in bytes: {size}, max size: {MaxSize}"
            );
        }
    }
}
