using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Routing;

namespace Weir.Proxy.Sessions;

/// <summary>
/// endSessions, killSessions, killAllSessions and killAllSessionsByPattern. The servers know one user where Weir knows
/// many, so a user of Weir's reaches its own sessions only; and what kills goes to every server, since a client that
/// talks to Weir can't go to each of them by itself.
/// </summary>
internal static class SessionsCommand
{
    /// <summary>The answer for the client.</summary>
    public static async Task<BsonDocument> RunAsync(
        Exchange x,
        BsonDocument command,
        Upstream upstream,
        CancellationToken cancellationToken
    )
    {
        string database = command.GetValueOrDefault("$db") is { IsString: true } db ? db.AsString : "admin";
        BsonDocument part = command.Clone();
        part.Remove("$db");
        part.Remove("$readPreference");
        string name = part[0].Name;
        if (part[0].Value is { IsArray: true } named && x.View.Kind != CommandKind.KillAllSessions)
        {
            List<SessionId>? own = Forget(x, named.AsArray, upstream);
            if (own is { Count: 0 })
                return new BsonDocument { ["ok"] = 1.0 };
            if (own is not null)
                part[name] = new BsonArray(own.Select(s => (BsonValue)Cursors.CursorKiller.ToDocument(s)));
        }

        BsonDocument? answer = null;
        foreach (Server server in Servers(x.View.Kind, upstream.Deployment))
        {
            BsonDocument reply = await RunAsync(server, database, part, cancellationToken);
            // The first that failed is told of; else any.
            if (answer is null || answer["ok"].ToBoolean())
                answer = reply;
        }
        return answer ?? NoServer(upstream.Deployment).ToDocument();
    }

    /// <summary>
    /// Forgets the sessions that are named. Of a user of Weir's: answers those that are really the user's, or all of
    /// the user's when a killSessions names none. <see langword="null"/>: the command may go as it is.
    /// </summary>
    private static List<SessionId>? Forget(Exchange x, BsonArray named, Upstream upstream)
    {
        Identity user = x.Client.Identity;
        if (named.Count == 0)
        {
            bool all = x.View.Kind == CommandKind.KillSessions && !user.IsAnonymous;
            return all ? upstream.Sessions.TakeAll(user) : null;
        }
        List<SessionId> own = [];
        foreach (BsonValue value in named)
        {
            if (
                !value.IsDocument || CommandScanner.Session(value.AsDocument) is not { IsNone: false } session
            )
                continue;
            bool isKnown = upstream.Sessions.Remove(session, user);
            if (!isKnown && !user.IsAnonymous)
                continue;
            upstream.Transactions.End(session);
            own.Add(session);
        }
        return user.IsAnonymous ? null : own;
    }

    private static IEnumerable<Server> Servers(CommandKind kind, Deployment deployment)
    {
        if (kind != CommandKind.EndSessions)
            return deployment.Servers.Where(server => server.Description.IsDataBearing);
        Server? one =
            deployment.TrySelectServer(ReadPreference.Primary, write: true)
            ?? deployment.TrySelectServer(ReadPreference.Nearest, write: false);
        return one is null ? [] : [one];
    }

    private static async Task<BsonDocument> RunAsync(
        Server server,
        string database,
        BsonDocument command,
        CancellationToken cancellationToken
    )
    {
        try
        {
            return await server.RunCommandAsync(database, command, cancellationToken);
        }
        catch (CommandException e)
        {
            return e.Reply;
        }
        catch (Exception e) when (UpstreamFailure.IsExpected(e))
        {
            return new WeirError(ErrorCode.HostUnreachable, e.Message).ToDocument();
        }
    }

    private static WeirError NoServer(Deployment deployment) =>
        new(
            ErrorCode.FailedToSatisfyReadPreference,
            $"no server of {deployment.Topology} is known to be there"
        );
}
