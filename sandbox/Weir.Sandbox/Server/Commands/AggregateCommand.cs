using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>aggregate: over a collection, or over what the server itself knows.</summary>
internal static class AggregateCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "aggregate",
                CommandTraits.Reads
                    | CommandTraits.InTransaction
                    | CommandTraits.TakesWriteConcern
                    | CommandTraits.ApiV1,
                Run,
                "pipeline",
                "cursor",
                "explain",
                "allowDiskUse",
                "bypassDocumentValidation",
                "hint",
                "collation",
                "let"
            )
            {
                Counter = OpCounter.Command,
            },
        ];

    private static Reply Run(CommandContext context)
    {
        var arguments = context.Arguments;
        arguments.RefuseFlag("explain");
        var pipeline = arguments.RequiredArray("pipeline");
        foreach (var stage in pipeline)
        {
            if (!stage.IsDocument || stage.AsDocument.Count != 1)
            {
                throw new CommandError(
                    40323,
                    "A pipeline stage specification object must contain exactly one field."
                );
            }
        }

        var cursor =
            arguments.Document("cursor")
            ?? throw CommandError.FailedToParse(
                "The 'cursor' option is required, except for aggregate with the explain argument"
            );
        var size = Batches.SizeOf(cursor);
        var first = pipeline.Count == 0 ? "" : pipeline[0].AsDocument[0].Name;
        if (first == "$changeStream")
        {
            return ChangeStreams.Open(context, pipeline, size);
        }

        RequirePrimaryToWrite(context, pipeline);
        var (source, @namespace) = Source(context, pipeline, first);
        return Batches.First(context, Batches.Open(context, source, @namespace), size);
    }

    public static AggregateSpec Specification(CommandContext context, BsonArray pipeline) =>
        new()
        {
            Pipeline = pipeline,
            Let = context.Arguments.Document("let"),
            Hint = context.Arguments.Raw("hint"),
            Collation = context.Arguments.Document("collation"),
        };

    private static (DocumentCursor Source, string Namespace) Source(
        CommandContext context,
        BsonArray pipeline,
        string first
    )
    {
        if (context.Body[0].Value.IsString)
        {
            var source = context.Data.Aggregate(
                context.Database,
                context.Collection,
                Specification(context, pipeline)
            );
            return (source, context.Namespace);
        }

        if (!context.Body[0].Value.IsNumber || context.Body[0].Value.ToDouble() != 1)
        {
            throw CommandError.FailedToParse(
                "Invalid command format: the 'aggregate' field must specify a collection name or 1"
            );
        }

        var @namespace = $"{context.Database}.$cmd.aggregate";
        var known = first switch
        {
            "$currentOp" => CurrentOperations.List(context, pipeline[0].AsDocument[0].Value),
            "$listLocalSessions" => LocalSessions.List(context, pipeline[0].AsDocument[0].Value),
            _ => null,
        };
        if (known is not null)
        {
            if (pipeline.Count == 1)
            {
                return (new ListCursor(known), @namespace);
            }

            BsonArray rest = [.. pipeline.Skip(1)];
            return (
                context.Data.Aggregate(context.Database, known, Specification(context, rest)),
                @namespace
            );
        }

        return first == "$documents"
            ? (context.Data.Aggregate(context.Database, [], Specification(context, pipeline)), @namespace)
            : throw new CommandError(
                73,
                "InvalidNamespace",
                $"{{aggregate: 1}} is not valid for '{first}'; a collection is required."
            );
    }

    private static void RequirePrimaryToWrite(CommandContext context, BsonArray pipeline)
    {
        var writes = pipeline.Count > 0 && pipeline[^1].AsDocument[0].Name is "$out" or "$merge";
        if (!writes)
        {
            return;
        }

        context.Operation.EndsWithPrimary = true;
        if (!context.Member.IsWritable)
        {
            throw RequestChecks.NotWritablePrimary();
        }

        if (context.IsInTransaction)
        {
            throw new CommandError(
                263,
                "OperationNotSupportedInTransaction",
                "$out and $merge cannot be used in a transaction"
            );
        }
    }
}
