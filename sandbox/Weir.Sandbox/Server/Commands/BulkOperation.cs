using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>One entry of a bulkWrite's <c>ops</c>.</summary>
internal sealed class BulkOperation
{
    private static readonly FrozenSet<string> insertFields = FrozenSet.Create("insert", "document");

    private static readonly FrozenSet<string> updateFields = FrozenSet.Create(
        "update",
        "filter",
        "updateMods",
        "multi",
        "upsert",
        "arrayFilters",
        "hint",
        "collation",
        "sort",
        "constants"
    );

    private static readonly FrozenSet<string> deleteFields = FrozenSet.Create(
        "delete",
        "filter",
        "multi",
        "hint",
        "collation"
    );

    private BulkOperation(OpCounter kind, Func<CommandContext, StatementOutcome> run)
    {
        Kind = kind;
        Run = run;
    }

    /// <summary>Insert, update or delete.</summary>
    public OpCounter Kind { get; }

    public Func<CommandContext, StatementOutcome> Run { get; }

    public static BulkOperation Parse(
        BsonDocument operation,
        List<(string Database, string Collection)> namespaces,
        BsonDocument? let
    )
    {
        var kind = operation.Count == 0 ? "" : operation[0].Name;
        var arguments = new Arguments(operation, "bulkWrite.ops");
        if (kind is not ("insert" or "update" or "delete"))
        {
            throw CommandError.FailedToParse($"the operation '{kind}' of bulkWrite is unknown");
        }

        var at = arguments.Count(kind) ?? -1;
        if (at < 0 || at >= namespaces.Count)
        {
            throw CommandError.BadValue($"BulkWrite ops entry has an invalid nsInfo index: {at}");
        }

        var (database, collection) = namespaces[(int)at];
        return kind switch
        {
            "insert" => Insert(arguments, database, collection),
            "update" => Update(arguments, database, collection, let),
            _ => Delete(arguments, database, collection, let),
        };
    }

    private static BulkOperation Insert(Arguments arguments, string database, string collection)
    {
        arguments.RefuseUnknown(insertFields);
        var document = arguments.RequiredDocument("document");
        return new(
            OpCounter.Insert,
            context => InsertCommand.InsertOne(context, database, collection, document)
        );
    }

    private static BulkOperation Update(
        Arguments arguments,
        string database,
        string collection,
        BsonDocument? let
    )
    {
        arguments.RefuseUnknown(updateFields);
        var statement = new UpdateStatement
        {
            Filter = arguments.RequiredDocument("filter"),
            Update = arguments.Has("updateMods")
                ? arguments.Raw("updateMods")
                : throw arguments.Missing("updateMods"),
            Multi = arguments.Flag("multi"),
            Upsert = arguments.Flag("upsert"),
            ArrayFilters = arguments.Array("arrayFilters"),
            Sort = arguments.Document("sort"),
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = arguments.Document("constants") is { } constants ? [.. let ?? [], .. constants] : let,
        };
        return new(
            OpCounter.Update,
            context => UpdateCommand.UpdateOne(context, database, collection, statement)
        );
    }

    private static BulkOperation Delete(
        Arguments arguments,
        string database,
        string collection,
        BsonDocument? let
    )
    {
        arguments.RefuseUnknown(deleteFields);
        var statement = new DeleteStatement
        {
            Filter = arguments.RequiredDocument("filter"),
            Single = !arguments.Flag("multi"),
            Hint = arguments.Raw("hint"),
            Collation = arguments.Document("collation"),
            Let = let,
        };
        return new(
            OpCounter.Delete,
            context => DeleteCommand.DeleteOne(context, database, collection, statement)
        );
    }
}
