using System.Security.Cryptography;
using System.Text;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What $listLocalSessions shows: the sessions that the server knows, the user's own or everybody's.</summary>
internal static class LocalSessions
{
    public static List<BsonDocument> List(CommandContext context, BsonValue specification)
    {
        var options = new Arguments(
            specification.IsDocument
                ? specification.AsDocument
                : throw CommandError.TypeMismatch("$listLocalSessions options must be an object"),
            "$listLocalSessions"
        );
        foreach (var name in options.All.Names)
        {
            if (name != "allUsers")
            {
                throw new CommandError(40415, $"BSON field '$listLocalSessions.{name}' is an unknown field.");
            }
        }

        var user = context.Connection.Authentication.User;
        var isAll = options.Flag("allUsers");
        var now = context.Deployment.Time.GetUtcNow();
        return
        [
            .. context
                .Deployment.Sessions.Snapshot()
                .Where(session => isAll || session.Id.User == user)
                .Select(session => Describe(session, now)),
        ];
    }

    private static BsonDocument Describe(ServerSession session, DateTimeOffset now)
    {
        var id = session.Id.ToDocument();
        id["uid"] = SHA256.HashData(Encoding.UTF8.GetBytes(session.Id.User));
        return new() { ["_id"] = id, ["lastUse"] = (now - session.Unused).UtcDateTime };
    }
}
