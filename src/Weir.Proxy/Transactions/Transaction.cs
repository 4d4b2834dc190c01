using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Transactions;

/// <summary>A transaction and the server it is pinned to. Changed by its <see cref="TransactionTable"/> only.</summary>
internal sealed class Transaction(SessionId session, long number, ServerAddress server)
{
    public SessionId Session { get; } = session;

    /// <summary><c>txnNumber</c>.</summary>
    public long Number { get; } = number;

    public ServerAddress Server { get; } = server;

    public TransactionState State { get; internal set; }

    /// <summary>The client connection that its last statement came from.</summary>
    public required WorkOwner Owner { get; set; }

    /// <summary>Who began it, and alone may go on with it.</summary>
    public required Identity User { get; init; }

    /// <summary>When it began and when its last statement came, in the clock's timestamps.</summary>
    public required long Started { get; init; }

    public long LastUsed { get; internal set; }
}
