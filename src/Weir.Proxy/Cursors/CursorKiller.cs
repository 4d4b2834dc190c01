using Weir.Pooling;
using Weir.Protocol.Bson;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Cursors;

/// <summary>Kills cursors upstream that no client will use any more.</summary>
internal static class CursorKiller
{
    /// <summary>
    /// Kills <paramref name="cursors"/>, with one command for all that share server, collection and session. What
    /// fails is left to the server, which ends idle cursors by itself.
    /// </summary>
    public static async Task KillAsync(
        Deployment deployment,
        IReadOnlyList<Cursor> cursors,
        CancellationToken cancellationToken = default
    )
    {
        foreach (var group in cursors.GroupBy(c => (c.Server, c.Namespace, c.Session)))
        {
            if (deployment.FindServer(group.Key.Server) is not { } server)
                continue;
            try
            {
                (string database, string collection) = Split(group.Key.Namespace);
                var command = new BsonDocument
                {
                    ["killCursors"] = collection,
                    ["cursors"] = new BsonArray(group.Select(c => (BsonValue)c.UpstreamId)),
                };
                // A cursor belongs to its session: without it, some servers do not find it.
                if (!group.Key.Session.IsNone)
                    command["lsid"] = ToDocument(group.Key.Session);
                await server.RunCommandAsync(database, command, cancellationToken);
            }
            catch (Exception e) when (UpstreamFailure.IsExpected(e)) { }
        }
    }

    public static BsonDocument ToDocument(SessionId session) =>
        new() { ["id"] = new BsonBinary(BsonBinary.Uuid, session.ToBytes()) };

    private static (string Database, string Collection) Split(string ns)
    {
        int dot = ns.IndexOf('.', StringComparison.Ordinal);
        return dot < 0 ? (ns, "") : (ns[..dot], ns[(dot + 1)..]);
    }
}
