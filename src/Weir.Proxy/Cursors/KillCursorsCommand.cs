using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Routing;

namespace Weir.Proxy.Cursors;

/// <summary>
/// A client's killCursors: its ids are Weir's own and may lead to several servers, so it is split by server and
/// the answers are merged, with the client's ids in them.
/// </summary>
internal static class KillCursorsCommand
{
    private static readonly string[] Lists =
    [
        "cursorsKilled",
        "cursorsNotFound",
        "cursorsAlive",
        "cursorsUnknown",
    ];

    /// <summary>The answer for the client.</summary>
    public static async Task<BsonDocument> RunAsync(
        Exchange x,
        Upstream upstream,
        CancellationToken cancellationToken
    )
    {
        BsonDocument command = OpMsg.Parse(x.RequestBytes).ToCommand();
        string database = command.GetValueOrDefault("$db") is { IsString: true } db ? db.AsString : "admin";
        command.Remove("$db");
        command.Remove("$readPreference");
        var merged = new BsonDocument();
        foreach (string list in Lists)
            merged[list] = new BsonArray();

        var byServer = new Dictionary<Server, Dictionary<long, long>>();
        foreach (BsonValue value in Ids(command))
        {
            if (
                value is { Type: BsonType.Int64 }
                && upstream.Cursors.TryUse(value.AsInt64, x.Client.Work, out Cursor cursor)
                && upstream.Deployment.FindServer(cursor.Server) is { } server
            )
            {
                if (!byServer.TryGetValue(server, out Dictionary<long, long>? ids))
                    byServer[server] = ids = [];
                ids[cursor.UpstreamId] = value.AsInt64;
            }
            else
            {
                merged["cursorsNotFound"].AsArray.Add(value);
            }
        }
        foreach ((Server server, Dictionary<long, long> ids) in byServer)
        {
            if (
                await RunAsync(server, database, command, ids, upstream, merged, cancellationToken) is
                { } error
            )
                return error;
        }
        merged["ok"] = 1.0;
        return merged;
    }

    private static BsonArray Ids(BsonDocument command) =>
        command.GetValueOrDefault("cursors") is { IsArray: true } ids ? ids.AsArray : [];

    /// <summary>The part of one server. An error's document when it failed.</summary>
    private static async Task<BsonDocument?> RunAsync(
        Server server,
        string database,
        BsonDocument command,
        Dictionary<long, long> ids,
        Upstream upstream,
        BsonDocument merged,
        CancellationToken cancellationToken
    )
    {
        BsonDocument part = command.Clone();
        part["cursors"] = new BsonArray(ids.Keys.Select(id => (BsonValue)id));
        BsonDocument reply;
        try
        {
            reply = await server.RunCommandAsync(database, part, cancellationToken);
        }
        catch (CommandException e)
        {
            return e.Reply;
        }
        catch (Exception e) when (UpstreamFailure.IsExpected(e))
        {
            return new WeirError(ErrorCode.HostUnreachable, e.Message).ToDocument();
        }
        foreach (string list in Lists)
        {
            if (reply.GetValueOrDefault(list) is not { IsArray: true } named)
                continue;
            foreach (BsonValue value in named.AsArray)
            {
                if (!value.IsNumber || !ids.TryGetValue(value.ToInt64(), out long id))
                    continue;
                merged[list].AsArray.Add(id);
                if (list is "cursorsKilled" or "cursorsNotFound")
                    upstream.Cursors.Remove(id);
            }
        }
        return null;
    }
}
