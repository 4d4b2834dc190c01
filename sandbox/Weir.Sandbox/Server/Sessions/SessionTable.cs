using System.Collections.Concurrent;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>
/// The deployment's sessions. Members share it, so that retryable writes outlive an election as replicated ones do.
/// Sessions that were not used for 30 minutes go, looked for once a minute. Thread-safe.
/// </summary>
internal sealed class SessionTable : IDisposable
{
    private const int MaxSessions = 1_000_000;
    private static readonly TimeSpan timeout = TimeSpan.FromMinutes(ServerLimits.SessionTimeoutMinutes);
    private readonly ConcurrentDictionary<SessionId, ServerSession> sessions = new();
    private readonly DeploymentState deployment;
    private readonly ITimer reaper;

    public SessionTable(DeploymentState deployment)
    {
        this.deployment = deployment;
        var minute = TimeSpan.FromMinutes(1);
        reaper = deployment.Time.CreateTimer(
            static table => ((SessionTable)table!).Reap(),
            this,
            minute,
            minute
        );
    }

    public int Count => sessions.Count;

    /// <summary>A session's use, which starts it when it is new.</summary>
    public ServerSession Use(SessionId id)
    {
        if (!sessions.TryGetValue(id, out var session))
        {
            if (sessions.Count >= MaxSessions)
            {
                throw new CommandError(
                    261,
                    "TooManyLogicalSessions",
                    $"cannot add session into the cache: the limit of {MaxSessions} is reached"
                );
            }

            session = sessions.GetOrAdd(
                id,
                static (key, deployment) => new ServerSession(key, deployment),
                deployment
            );
        }

        session.Touch();
        return session;
    }

    public ServerSession[] Snapshot() => [.. sessions.Values];

    public bool Contains(SessionId id) => sessions.ContainsKey(id);

    /// <summary>Ends a session: its transaction is aborted, its cursors are killed on every member.</summary>
    public void End(SessionId id)
    {
        if (sessions.TryRemove(id, out var session))
        {
            session.Abort();
        }

        foreach (var member in deployment.Members)
        {
            member.Cursors.KillOfSession(id);
        }
    }

    public void AbortAllTransactions()
    {
        foreach (var session in sessions.Values)
        {
            session.Abort();
        }
    }

    public void Dispose()
    {
        reaper.Dispose();
        AbortAllTransactions();
    }

    private void Reap()
    {
        foreach (var session in sessions.Values)
        {
            if (session.Unused > timeout)
            {
                End(session.Id);
            }
        }
    }
}
