using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>What cases do with sessions.</summary>
internal static class UnifiedTransactions
{
    public static UnifiedSession Create(UnifiedClient client, BsonDocument entity)
    {
        var defaults = new TransactionOptions();
        if (entity.GetValueOrDefault("sessionOptions") is { IsDocument: true } options)
        {
            Known.Fields(
                options.AsDocument,
                "sessionOptions",
                "causalConsistency",
                "defaultTransactionOptions"
            );
            if (options.AsDocument.TryGetValue("defaultTransactionOptions", out var given))
            {
                defaults = Parse(new UnifiedArguments("defaultTransactionOptions", given), defaults);
            }
        }
        return new UnifiedSession(client, client.Runner.StartSession(), defaults);
    }

    public static async Task RunAsync(
        string operation,
        UnifiedSession session,
        UnifiedArguments arguments,
        Func<BsonDocument, Task> run
    )
    {
        switch (operation)
        {
            case "startTransaction":
                session.Session.StartTransaction(Parse(arguments, session.Defaults));
                break;
            case "commitTransaction":
                arguments.AssertAllKnown();
                await session.Client.Runner.CommitTransactionAsync(session.Session);
                break;
            case "abortTransaction":
                arguments.AssertAllKnown();
                await session.Client.Runner.AbortTransactionAsync(session.Session);
                break;
            case "withTransaction":
                await WithTransactionAsync(session, arguments, run);
                break;
            case "endSession":
                arguments.AssertAllKnown();
                if (session.Session.IsInTransaction)
                {
                    await session.Client.Runner.AbortTransactionAsync(session.Session);
                }
                session.Client.Runner.EndSession(session.Session);
                break;
            default:
                throw new InvalidDataException(
                    $"the session's operation '{operation}' is unknown to the runner"
                );
        }
    }

    private static Task WithTransactionAsync(
        UnifiedSession session,
        UnifiedArguments arguments,
        Func<BsonDocument, Task> run
    )
    {
        var callback = arguments["callback"].AsArray;
        return session.Client.Runner.WithTransactionAsync(
            session.Session,
            async (_, _) =>
            {
                foreach (var operation in callback)
                {
                    await run(operation.AsDocument);
                }
            },
            Parse(arguments, session.Defaults)
        );
    }

    private static BsonDocument OnTheWire(BsonDocument concern) =>
        new(
            concern.Select(e => new BsonElement(
                e.Name switch
                {
                    "journal" => "j",
                    "wtimeoutMS" => "wtimeout",
                    _ => e.Name,
                },
                e.Value
            ))
        );

    private static TransactionOptions Parse(UnifiedArguments arguments, TransactionOptions defaults)
    {
        var options = new TransactionOptions
        {
            ReadConcern = arguments.Optional("readConcern")?.AsDocument ?? defaults.ReadConcern,
            WriteConcern = arguments.Optional("writeConcern") is { } concern
                ? OnTheWire(concern.AsDocument)
                : defaults.WriteConcern,
            ReadPreference = arguments.Optional("readPreference") is { } preference
                ? UnifiedTarget.Parse(preference.AsDocument)
                : defaults.ReadPreference,
            MaxCommitTime = arguments.Optional("maxCommitTimeMS") is { } limit
                ? TimeSpan.FromMilliseconds(limit.ToInt64())
                : defaults.MaxCommitTime,
        };
        arguments.AssertAllKnown();
        return options;
    }
}
