using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Sessions: start, refresh, end, kill.</summary>
internal static class SessionCommands
{
    private const CommandTraits Api = CommandTraits.ApiV1;

    public static IEnumerable<CommandDefinition> All =>
        [
            new("startSession", CommandTraits.None, Start),
            new("refreshSessions", Api, Refresh),
            new("endSessions", Api, End),
            new("killSessions", CommandTraits.None, Kill),
            new("killAllSessions", CommandTraits.None, KillAll),
        ];

    private static Reply Start(CommandContext context)
    {
        var id = new SessionId(Guid.NewGuid(), context.Connection.Authentication.User);
        context.Deployment.Sessions.Use(id);
        return new BsonDocument
        {
            ["id"] = id.ToDocument(),
            ["timeoutMinutes"] = ServerLimits.SessionTimeoutMinutes,
        };
    }

    private static Reply Refresh(CommandContext context)
    {
        foreach (var id in Ids(context))
        {
            context.Deployment.Sessions.Use(id);
        }

        return new BsonDocument();
    }

    private static Reply End(CommandContext context)
    {
        foreach (var id in Ids(context))
        {
            context.Deployment.Sessions.End(id);
        }

        return new BsonDocument();
    }

    /// <summary>Kills sessions with what runs in them; none named means all of the user's.</summary>
    private static Reply Kill(CommandContext context)
    {
        var ids = Ids(context);
        var user = context.Connection.Authentication.User;
        if (ids.Count == 0)
        {
            ids =
            [
                .. context
                    .Deployment.Sessions.Snapshot()
                    .Select(session => session.Id)
                    .Where(id => id.User == user),
            ];
        }

        Kill(context, ids);
        return new BsonDocument();
    }

    private static Reply KillAll(CommandContext context)
    {
        var users = context.Arguments.RequiredDocuments("killAllSessions");
        if (users.Count > 0)
        {
            throw CommandError.NotHere("users in killAllSessions");
        }

        Kill(context, [.. context.Deployment.Sessions.Snapshot().Select(session => session.Id)]);
        return new BsonDocument();
    }

    private static void Kill(CommandContext context, List<SessionId> ids)
    {
        var killed = ids.ToHashSet();
        var error = new CommandError(11601, "Interrupted", "operation was interrupted");
        foreach (var member in context.Deployment.Members)
        {
            foreach (var connection in member.Connections.Snapshot())
            {
                if (
                    connection.Current is { } operation
                    && operation != context.Operation
                    && operation.Session is { } session
                    && killed.Contains(session)
                )
                {
                    operation.Interrupt(error);
                }
            }
        }

        foreach (var id in ids)
        {
            context.Deployment.Sessions.End(id);
        }
    }

    private static List<SessionId> Ids(CommandContext context)
    {
        var user = context.Connection.Authentication.User;
        return
        [
            .. context
                .Arguments.RequiredDocuments(context.Definition.Name)
                .Select(document => SessionId.Parse(document, user)),
        ];
    }
}
