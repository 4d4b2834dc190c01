using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Sessions and the ends of transactions.</summary>
internal static class SessionCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("commitTransaction", CommitAsync),
        ("abortTransaction", AbortAsync),
        ("endSessions", EndAsync),
        ("killSessions", EndAsync),
        ("refreshSessions", _ => Task.FromResult(new BsonDocument())),
    ];

    public static bool EndsTransaction(string command) =>
        command is "commitTransaction" or "abortTransaction";

    private static async Task<BsonDocument> CommitAsync(Command command)
    {
        await command.Gateway.Sessions.CommitAsync(command);
        return [];
    }

    private static async Task<BsonDocument> AbortAsync(Command command)
    {
        await command.Gateway.Sessions.AbortAsync(command);
        return [];
    }

    private static async Task<BsonDocument> EndAsync(Command command)
    {
        foreach (var session in command.Body[0].Value.AsArray)
        {
            var id = session.AsDocument["id"].AsBinary;
            await command.Gateway.Sessions.EndAsync(Convert.ToHexString(id.Bytes.Span));
        }

        return [];
    }
}
