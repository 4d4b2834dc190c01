using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>commitTransaction and abortTransaction.</summary>
internal static class TransactionCommands
{
    private const CommandTraits Traits =
        CommandTraits.AdminOnly | CommandTraits.EndsTransaction | CommandTraits.ApiV1;

    public static IEnumerable<CommandDefinition> All =>
        [
            new("commitTransaction", Traits, Commit, "recoveryToken"),
            new("abortTransaction", Traits, Abort, "recoveryToken"),
        ];

    private static Reply Commit(CommandContext context)
    {
        RequireTransaction(context).Commit(context.TransactionNumber!.Value);
        return new BsonDocument();
    }

    private static Reply Abort(CommandContext context)
    {
        RequireTransaction(context).AbortByCommand(context.TransactionNumber!.Value);
        return new BsonDocument();
    }

    private static ServerSession RequireTransaction(CommandContext context) =>
        context is { IsInTransaction: true, Session: { } session }
            ? session
            : throw new CommandError(
                125,
                "CommandFailed",
                $"{context.Definition.Name} must be run within a transaction"
            );
}
