using System.Collections.Frozen;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Every command there is, and what all of them have in common.</summary>
internal static class CommandTable
{
    private static readonly FrozenDictionary<string, Func<Command, Task<BsonDocument>>> commands = new[]
    {
        HandshakeCommands.All,
        ServerCommands.All,
        DataCommands.All,
        CursorCommands.All,
        CatalogCommands.All,
        SessionCommands.All,
        UserCommands.All,
    }
        .SelectMany(group => group)
        .ToFrozenDictionary(pair => pair.Name, pair => pair.Run);

    /// <summary>What a connection may ask before it has authenticated.</summary>
    private static readonly FrozenSet<string> open = HandshakeCommands
        .All.Select(pair => pair.Name)
        .ToFrozenSet();

    public static async Task<BsonDocument> RunAsync(Command command)
    {
        if (!commands.TryGetValue(command.Name, out var run))
        {
            throw new CommandError(59, "CommandNotFound", $"no such command: '{command.Name}'");
        }

        StableApi.Check(command);
        if (
            command.Gateway.Options.RequiresAuthentication
            && command.Connection.User is null
            && !open.Contains(command.Name)
        )
        {
            throw new CommandError(13, "Unauthorized", $"command {command.Name} requires authentication");
        }

        return command.IsInTransaction && !SessionCommands.EndsTransaction(command.Name)
            ? await RunInTransactionAsync(command, run)
            : await run(command);
    }

    /// <summary>An error, also one of a single statement, ends the transaction.</summary>
    private static async Task<BsonDocument> RunInTransactionAsync(
        Command command,
        Func<Command, Task<BsonDocument>> run
    )
    {
        command.Transaction = await command.Gateway.Sessions.EnterAsync(command);
        try
        {
            var reply = await run(command);
            if (!reply.TryGetValue("writeErrors", out var errors))
            {
                return reply;
            }

            await command.Transaction.DisposeAsync();
            var first = errors.AsArray[0].AsDocument;
            return first["code"].ToInt32() == CommandError.WriteConflictCode
                ? throw CommandError.WriteConflict(first["errmsg"].AsString)
                : reply;
        }
        catch (CommandError)
        {
            await command.Transaction.DisposeAsync();
            throw;
        }
    }
}
