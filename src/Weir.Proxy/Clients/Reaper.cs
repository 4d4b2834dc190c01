using System.Diagnostics.CodeAnalysis;
using Weir.Proxy.Cursors;
using Weir.Proxy.Routing;
using Weir.Proxy.Transactions;

namespace Weir.Proxy.Clients;

/// <summary>
/// Ends at the servers what clients that have gone left behind: cursors are killed, open transactions aborted.
/// Thread-safe.
/// </summary>
/// <remarks>
/// A closed connection is not a client that has gone: drivers close idle connections of their pools, and go on with
/// a cursor or a transaction on another one. Only the process as a whole matters, and that is not to be seen. So:
/// a connection that was closed in mid-exchange loses its transactions at once (no driver goes on with one of them)
/// and so does one that was the last of its process, cursors included. Otherwise the rest has a time of grace, in
/// which another connection may take it over by using it; the grace ends early when the process's monitoring
/// connection goes too, or all of them.
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "Without a timer there is nothing to dispose of.")]
internal sealed class Reaper(ClientGroups groups, TimeProvider time, TimeSpan grace)
{
    /// <summary>All connections of a process that dies close within this time, in whatever order.</summary>
    private static readonly TimeSpan Together = TimeSpan.FromSeconds(1);

    private readonly Lock _lock = new();
    private readonly List<Orphan> _orphans = [];
    private readonly List<Task> _running = [];
    private readonly CancellationTokenSource _cut = new();

    /// <summary>A connection has been closed.</summary>
    /// <param name="client">The connection.</param>
    /// <param name="cursors">Its cursors, if it ever had any.</param>
    /// <param name="wasBusy">Whether it went in the middle of an exchange.</param>
    public void OnClosed(ClientConnection client, CursorOwner? cursors, bool wasBusy)
    {
        Upstream upstream = client.Upstream;
        if (wasBusy || IsLast(client))
            Abort(upstream, upstream.Transactions.TakeOpen(client));
        bool hasCursors = cursors is { HasCursors: true };
        if (IsLast(client))
        {
            if (hasCursors)
                Kill(upstream, upstream.Cursors.TakeAll(cursors!));
            return;
        }
        if (!hasCursors && !upstream.Transactions.HasOpen(client))
            return;
        lock (_lock)
            _orphans.Add(new Orphan(client, upstream, cursors, time.GetTimestamp()));
    }

    /// <summary>Looks after those whose grace has ended; called a few times a second.</summary>
    /// <param name="all">Grants no grace: nobody will come back.</param>
    public void Sweep(bool all = false)
    {
        List<Orphan> due = [];
        lock (_lock)
        {
            for (int i = _orphans.Count - 1; i >= 0; i--)
            {
                if (!all && !IsDue(_orphans[i]))
                    continue;
                due.Add(_orphans[i]);
                _orphans.RemoveAt(i);
            }
        }
        foreach (Orphan orphan in due)
        {
            Upstream upstream = orphan.Upstream;
            Abort(upstream, upstream.Transactions.TakeOpen(orphan.Client));
            if (orphan.Cursors is { HasCursors: true } cursors)
                Kill(upstream, upstream.Cursors.TakeAll(cursors));
        }
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

    private bool IsLast(ClientConnection client) => client.Group is null || groups.IsEmpty(client.Group);

    private bool IsDue(Orphan orphan)
    {
        ClientGroup group = orphan.Client.Group!;
        if (time.GetElapsedTime(orphan.Since) >= grace || groups.IsEmpty(group))
            return true;
        long monitor = group.MonitorGoneAt;
        return monitor != 0 && time.GetElapsedTime(monitor, orphan.Since).Duration() <= Together;
    }

    private void Kill(Upstream upstream, List<Cursor> cursors)
    {
        if (cursors.Count > 0)
            Track(CursorKiller.KillAsync(upstream.Deployment, cursors, _cut.Token));
    }

    private void Abort(Upstream upstream, List<Transaction> transactions)
    {
        if (transactions.Count > 0)
            Track(TransactionAborter.AbortAsync(upstream.Deployment, transactions, _cut.Token));
    }

    private void Track(Task task)
    {
        lock (_lock)
        {
            _running.RemoveAll(static t => t.IsCompleted);
            _running.Add(task);
        }
    }

    private sealed record Orphan(
        ClientConnection Client,
        Upstream Upstream,
        CursorOwner? Cursors,
        long Since
    );
}
