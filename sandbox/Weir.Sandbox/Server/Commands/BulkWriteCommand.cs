using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>bulkWrite of MongoDB 8.0: inserts, updates and deletes over several namespaces in one command.</summary>
internal static class BulkWriteCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "bulkWrite",
                CommandTraits.Writes
                    | CommandTraits.InTransaction
                    | CommandTraits.Retryable
                    | CommandTraits.ApiV1
                    | CommandTraits.AdminOnly,
                RunAsync,
                "ops",
                "nsInfo",
                "ordered",
                "errorsOnly",
                "bypassDocumentValidation",
                "let",
                "cursor",
                "stmtId",
                "stmtIds"
            ),
        ];

    private static async ValueTask<Reply> RunAsync(CommandContext context)
    {
        var arguments = context.Arguments;
        var operations = arguments.RequiredDocuments("ops");
        var namespaces = arguments.RequiredDocuments("nsInfo").ConvertAll(ParseNamespace);
        var let = arguments.Document("let");
        var parsed = operations.ConvertAll(operation => BulkOperation.Parse(operation, namespaces, let));
        var result = new BulkResult(arguments.Flag("errorsOnly"));
        await Statements.RunAsync(
            context,
            parsed.Count,
            index => parsed[index].Run(context),
            (index, outcome) => result.Add(index, parsed[index].Kind, outcome)
        );
        foreach (var operation in parsed)
        {
            context.Member.OpCounters.Add(operation.Kind);
        }

        var size = Batches.SizeOf(arguments.Document("cursor"));
        var cursor = Batches.Open(context, new ListCursor(result.Entries), "admin.$cmd.bulkWrite");
        var first = Batches.First(context, cursor, size ?? long.MaxValue);
        return new Reply(result.Summary()) { Batch = first.Batch };
    }

    private static (string Database, string Collection) ParseNamespace(BsonDocument info)
    {
        var arguments = new Arguments(info, "bulkWrite.nsInfo");
        foreach (var name in info.Names)
        {
            if (name != "ns")
            {
                throw new CommandError(40415, $"BSON field 'bulkWrite.nsInfo.{name}' is an unknown field.");
            }
        }

        var value = arguments.RequiredString("ns");
        var dot = value.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && dot < value.Length - 1
            ? (value[..dot], value[(dot + 1)..])
            : throw new CommandError(
                73,
                "InvalidNamespace",
                $"Invalid namespace specified for bulkWrite: '{value}'"
            );
    }
}
