using System.Diagnostics.CodeAnalysis;
using Weir.Proxy.Commands;
using Weir.Proxy.Routing;

namespace Weir.Proxy.Clients;

/// <summary>
/// Ends at the servers what clients that have gone left behind: open transactions are aborted, cursors killed,
/// operations stopped, sessions ended. Thread-safe.
/// </summary>
/// <remarks>
/// A closed connection is not a client that has gone: drivers close idle connections of their pools, and go on with
/// a cursor, a session or a transaction on another one. Only the process as a whole matters, and
/// <see cref="ClientGroups"/> tells what can be told of it. So: a connection that was closed in mid-exchange loses
/// its transactions at once (no driver goes on with one of them), and one whose process is gone everything that nobody
/// has taken over in the moment after. Otherwise cursors and transactions have a time of grace, in which another connection may take them over by using them, and
/// sessions are left to the server.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer there is nothing to dispose of.")]
internal sealed class Reaper(ClientGroups groups, TimeProvider time, TimeSpan grace)
{
    /// <summary>
    /// A driver whose connection broke tries again on another one at once, in the same session: it must not be
    /// killed. Within this time it has come back, or will not.
    /// </summary>
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private readonly Lock _lock = new();
    private readonly List<Orphan> _orphans = [];
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _cut = new();

    /// <summary>A connection has been closed, or is another user's from now on.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="work">Its cursors and sessions, if it ever had any.</param>
    /// <param name="wasBusy">Whether it went in the middle of an exchange.</param>
    public void OnClosed(ClientConnection client, WorkOwner? work, bool wasBusy)
    {
        if (work is null)
            return;
        Upstream upstream = client.Upstream;
        var orphan = new Orphan(client, work, upstream, time.GetTimestamp());
        if (wasBusy || groups.IsGone(client.Group, orphan.Since))
            Begin(new Leavings(upstream, upstream.Transactions.TakeOpen(work), [], [], null));
        if (!work.HasCursors && !work.HasSessions && !upstream.Transactions.HasOpen(work))
            return;
        lock (_lock)
            _orphans.Add(orphan);
    }

    /// <summary>Looks after those whose process is gone, or whose grace has ended; called a few times a second.</summary>
    /// <param name="all">Takes all for gone: nobody will come back.</param>
    public void Sweep(bool all = false)
    {
        List<(Orphan Orphan, bool IsGone)> due = [];
        lock (_lock)
        {
            for (int i = _orphans.Count - 1; i >= 0; i--)
            {
                Orphan orphan = _orphans[i];
                TimeSpan age = time.GetElapsedTime(orphan.Since);
                bool isGone = all || (age >= Settling && groups.IsGone(orphan.Client.Group, orphan.Since));
                if (!isGone && age < grace)
                    continue;
                due.Add((orphan, isGone));
                _orphans.RemoveAt(i);
            }
        }
        List<Leavings> left = due.ConvertAll(static d => Collect(d.Orphan, d.IsGone));
        foreach (Leavings leavings in left.Where(static l => !l.IsOnlySessions))
            Begin(leavings);
        // Sessions are ended together: clients who stay would wait behind a command for each.
        foreach (var of in left.Where(static l => l.IsOnlySessions).GroupBy(static l => l.Upstream))
            Begin(new Leavings(of.Key, [], [], [.. of.SelectMany(static l => l.Sessions)], null));
    }

    /// <summary>Completes when what it has begun is done; what is not when the time is up is cut off.</summary>
    public async Task FlushAsync(TimeSpan timeout)
    {
        Task[] running;
        lock (_lock)
            running = [.. _running];
        try
        {
            await Task.WhenAll(running).WaitAsync(timeout, time);
        }
        catch (TimeoutException)
        {
            await _cut.CancelAsync();
            await Task.WhenAll(running);
        }
    }

    private static Leavings Collect(Orphan orphan, bool isGone)
    {
        Upstream upstream = orphan.Upstream;
        List<SessionId> sessions = upstream.Sessions.TakeAll(orphan.Work);
        var interrupted = orphan.Client.Interrupted;
        // Somebody goes on with it.
        if (!isGone || (interrupted is var (session, _) && !sessions.Contains(session)))
            interrupted = null;
        return new Leavings(
            upstream,
            upstream.Transactions.TakeOpen(orphan.Work),
            upstream.Cursors.TakeAll(orphan.Work),
            isGone ? sessions : [],
            interrupted
        );
    }

    private void Begin(Leavings leavings)
    {
        if (leavings.IsEmpty)
            return;
        Task task = leavings.EndAsync(_cut.Token);
        lock (_lock)
        {
            _running.RemoveAll(static t => t.IsCompleted);
            _running.Add(task);
        }
    }

    private sealed record Orphan(ClientConnection Client, WorkOwner Work, Upstream Upstream, long Since);
}
