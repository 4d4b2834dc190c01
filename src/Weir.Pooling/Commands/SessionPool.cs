using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// Sessions that are used again, the last one first, and thrown away before the servers forget them. Thread-safe.
/// </summary>
/// <remarks>The driver sessions specification's server session pool.</remarks>
internal sealed class SessionPool(Func<TimeSpan> now)
{
    private readonly Lock _gate = new();
    private readonly List<CommandSession> _idle = [];

    public CommandSession Acquire(int? timeoutMinutes)
    {
        lock (_gate)
        {
            while (_idle.Count > 0)
            {
                var session = _idle[^1];
                _idle.RemoveAt(_idle.Count - 1);
                if (!IsExpiring(session, timeoutMinutes))
                {
                    return session;
                }
            }
        }
        return new CommandSession();
    }

    public void Release(CommandSession session, int? timeoutMinutes)
    {
        session.Unpin();
        if (session.IsDirty)
        {
            return;
        }
        lock (_gate)
        {
            _idle.RemoveAll(old => IsExpiring(old, timeoutMinutes));
            session.Transaction = TransactionState.None;
            session.LastUse = now();
            _idle.Add(session);
        }
    }

    /// <summary>Takes the ids of all that idle, to end them at the server.</summary>
    public BsonArray Drain()
    {
        lock (_gate)
        {
            var ids = new BsonArray(_idle.Select(static s => (BsonValue)s.Id));
            _idle.Clear();
            return ids;
        }
    }

    private bool IsExpiring(CommandSession session, int? timeoutMinutes) =>
        timeoutMinutes is { } minutes && now() - session.LastUse > TimeSpan.FromMinutes(minutes - 1);
}
