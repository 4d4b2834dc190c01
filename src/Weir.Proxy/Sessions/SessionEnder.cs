using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Sessions;

/// <summary>Ends sessions that no client will use any more, as the client itself would have done.</summary>
internal static class SessionEnder
{
    /// <summary>The most that one <c>endSessions</c> may name.</summary>
    private const int Batch = 10_000;

    /// <summary>Tells the deployment that nobody needs them. What fails is left to the servers' own timeout.</summary>
    public static async Task EndAsync(
        Deployment deployment,
        IReadOnlyList<SessionId> sessions,
        CancellationToken cancellationToken
    )
    {
        foreach (SessionId[] batch in sessions.Chunk(Batch))
        {
            // Whichever server hears of it, all of the deployment know.
            Server? server =
                deployment.TrySelectServer(ReadPreference.Primary, write: true)
                ?? deployment.TrySelectServer(ReadPreference.Nearest, write: false);
            if (server is not null)
                await TryRunAsync(server, "endSessions", batch, cancellationToken);
        }
    }

    /// <summary>Stops what runs in a session at one server.</summary>
    public static async Task KillAsync(
        Deployment deployment,
        SessionId session,
        ServerAddress address,
        CancellationToken cancellationToken
    )
    {
        if (deployment.FindServer(address) is { } server)
            await TryRunAsync(server, "killSessions", [session], cancellationToken);
    }

    private static async Task TryRunAsync(
        Server server,
        string command,
        SessionId[] sessions,
        CancellationToken cancellationToken
    )
    {
        try
        {
            await server.RunCommandAsync(
                "admin",
                new BsonDocument
                {
                    [command] = new BsonArray(sessions.Select(s => (BsonValue)CursorKiller.ToDocument(s))),
                },
                cancellationToken
            );
        }
        catch (Exception e) when (UpstreamFailure.IsExpected(e)) { }
    }
}
