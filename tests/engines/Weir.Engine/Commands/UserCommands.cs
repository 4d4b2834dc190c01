using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>Users: the engine keeps them, and its SCRAM keys.</summary>
internal static class UserCommands
{
    public static (string Name, Func<Command, Task<BsonDocument>> Run)[] All { get; } =
    [
        ("createUser", command => CallAsync(command, "create_user")),
        ("updateUser", command => CallAsync(command, "update_user")),
        ("dropUser", command => CallAsync(command, "drop_user")),
        ("usersInfo", command => CallAsync(command, "users_info")),
        ("logout", LogoutAsync),
    ];

    private static Task<BsonDocument> CallAsync(Command command, string function) =>
        command.CallAsync(
            $"select documentdb_api.{function}($1::bytea::documentdb_core.bson)::bytea",
            command.Body
        );

    private static Task<BsonDocument> LogoutAsync(Command command)
    {
        command.Connection.Scram = null;
        return Task.FromResult(new BsonDocument());
    }
}
