using Weir.Protocol.Bson;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Clients;

/// <summary>The commands that concern a client's connection to Weir, but hello.</summary>
internal static class LocalCommands
{
    /// <summary>The answer to <paramref name="command"/>.</summary>
    public static BsonDocument Answer(CommandKind kind, BsonDocument command, ClientConnection client) =>
        kind switch
        {
            CommandKind.WhatsMyUri => new BsonDocument
            {
                ["you"] = client.RemoteEndPoint?.ToString() ?? "",
                ["ok"] = 1.0,
            },
            CommandKind.ConnectionStatus => ConnectionStatus(command, client),
            CommandKind.Logout => LogOut(command, client),
            // Asked by somebody who has not logged in, whom a server answers so too.
            _ => Ok(),
        };

    private static BsonDocument Ok() => new() { ["ok"] = 1.0 };

    private static BsonDocument LogOut(BsonDocument command, ClientConnection client)
    {
        if (command.GetValueOrDefault("$db") is { IsString: true } database)
            client.LogOut(database.AsString);
        // Nobody to log out is no error to a server either.
        return Ok();
    }

    private static BsonDocument ConnectionStatus(BsonDocument command, ClientConnection client)
    {
        var users = new BsonArray();
        if (!client.Identity.IsAnonymous)
            users.Add(new BsonDocument { ["user"] = client.Login.Name, ["db"] = client.Login.Database });
        var authentication = new BsonDocument
        {
            ["authenticatedUsers"] = users,
            ["authenticatedUserRoles"] = new BsonArray(),
        };
        if (command.GetValueOrDefault("showPrivileges").ToBoolean())
            authentication["authenticatedUserPrivileges"] = new BsonArray();
        return new BsonDocument { ["authInfo"] = authentication, ["ok"] = 1.0 };
    }
}
