using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Routing;
using Weir.Proxy.Sessions;
using Weir.Proxy.Transactions;

namespace Weir.Proxy.Clients;

/// <summary>What a connection that has gone left at the servers.</summary>
/// <param name="Upstream">The deployment.</param>
/// <param name="Transactions">Those that were open.</param>
/// <param name="Cursors">Those that were open.</param>
/// <param name="Sessions">Those that nobody will use again.</param>
/// <param name="Interrupted">The operation that it did not wait for.</param>
internal sealed record Leavings(
    Upstream Upstream,
    IReadOnlyList<Transaction> Transactions,
    IReadOnlyList<Cursor> Cursors,
    IReadOnlyList<SessionId> Sessions,
    Interruption? Interrupted
)
{
    public bool IsEmpty => IsOnlySessions && Sessions.Count == 0;

    /// <summary>Nothing else has to end before the sessions.</summary>
    public bool IsOnlySessions => Transactions.Count == 0 && Cursors.Count == 0 && Interrupted is null;

    /// <summary>
    /// Ends all of it: what holds locks or works first, the sessions last. What fails is left to the server, which
    /// ends what is idle by itself.
    /// </summary>
    public async Task EndAsync(CancellationToken cancellationToken)
    {
        Deployment deployment = Upstream.Deployment;
        await Task.WhenAll(
            TransactionAborter.AbortAsync(deployment, Transactions, cancellationToken),
            CursorKiller.KillAsync(deployment, Cursors, cancellationToken),
            Interrupted is var (session, server)
                ? SessionEnder.KillAsync(deployment, session, server, cancellationToken)
                : Task.CompletedTask
        );
        await SessionEnder.EndAsync(deployment, Sessions, cancellationToken);
    }
}
