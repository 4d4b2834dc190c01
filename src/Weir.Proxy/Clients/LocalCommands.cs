using Weir.Protocol.Bson;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;

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
            CommandKind.ConnectionStatus => ConnectionStatus(command),
            // Without authentication there is nobody to log out, which is no error to a server either.
            CommandKind.Logout => new BsonDocument { ["ok"] = 1.0 },
            _ => new WeirError(
                ErrorCode.AuthenticationFailed,
                "this listener does not authenticate clients; take user name, password and authMechanism out of "
                    + "the client's connection string (Weir logs in to the servers with its own)"
            ).ToDocument(),
        };

    private static BsonDocument ConnectionStatus(BsonDocument command)
    {
        var authentication = new BsonDocument
        {
            ["authenticatedUsers"] = new BsonArray(),
            ["authenticatedUserRoles"] = new BsonArray(),
        };
        if (command.GetValueOrDefault("showPrivileges").ToBoolean())
            authentication["authenticatedUserPrivileges"] = new BsonArray();
        return new BsonDocument { ["authInfo"] = authentication, ["ok"] = 1.0 };
    }
}
