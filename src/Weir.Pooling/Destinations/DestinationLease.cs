using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Destinations;

/// <summary>
/// The right to use a destination. Its pools cannot close before it is disposed. Thread-safe: any number of
/// operations may run on one lease at the same time.
/// </summary>
public sealed class DestinationLease : IAsyncDisposable
{
    private readonly Destination _destination;
    private volatile DestinationPools? _pools;

    internal DestinationLease(Destination destination, DestinationPools pools)
    {
        _destination = destination;
        _pools = pools;
    }

    /// <summary>The destination's name.</summary>
    public string Name => _destination.Name;

    /// <summary>
    /// What runs commands, with sessions and the retries of the specifications. Take it from the lease for every
    /// operation, so that it is the one of the destination's present pools; and do not keep it longer than the lease.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    public CommandRunner Commands => Present.Commands;

    /// <summary>The deployment of the destination's present pools, for what uses pools itself.</summary>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    public Deployment Deployment => Present.Deployment;

    /// <summary>The pools that it uses; null when it is over. Written under the destination's lock.</summary>
    internal DestinationPools? Pools
    {
        get => _pools;
        set => _pools = value;
    }

    /// <summary>Pools that were replaced while it was held: cursors and sessions may still live on them.</summary>
    internal List<DestinationPools>? Earlier { get; set; }

    /// <summary>
    /// Runs a command on a writable server. It is not tried again, except where the server says that it is
    /// overloaded: what it does is not known.
    /// </summary>
    /// <param name="database">The database.</param>
    /// <param name="command">The command. It is not changed.</param>
    /// <param name="cancellationToken">Gives up; the connection that was waited on is closed.</param>
    /// <returns>The reply; its <c>ok</c> is 1.</returns>
    /// <exception cref="CommandException">The server answered with an error.</exception>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async ValueTask<BsonDocument> RunCommandAsync(
        string database,
        BsonDocument command,
        CancellationToken cancellationToken = default
    )
    {
        var outcome = await Commands.RunAsync(new CommandRequest(database, command), cancellationToken);
        return outcome.Reply;
    }

    /// <summary>A collection's everyday commands, on this lease.</summary>
    public CommandCollection Collection(string database, string name) => new(() => Commands, database, name);

    /// <inheritdoc cref="ConvenientTransactions.WithTransactionAsync{T}"/>
    /// <summary>Runs a function in a transaction of a session of its own, and again when it failed for a moment.</summary>
    public async Task<T> WithTransactionAsync<T>(
        Func<CommandSession, CancellationToken, Task<T>> work,
        TransactionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        var commands = Commands;
        var session = commands.StartSession();
        try
        {
            return await commands.WithTransactionAsync(session, work, options, cancellationToken);
        }
        finally
        {
            commands.EndSession(session);
        }
    }

    /// <inheritdoc cref="WithTransactionAsync{T}"/>
    public Task WithTransactionAsync(
        Func<CommandSession, CancellationToken, Task> work,
        TransactionOptions? options = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(work);
        return WithTransactionAsync(
            async (session, token) =>
            {
                await work(session, token);
                return true;
            },
            options,
            cancellationToken
        );
    }

    /// <summary>Gives the lease back. Again: nothing happens.</summary>
    public ValueTask DisposeAsync()
    {
        _destination.Release(this);
        return ValueTask.CompletedTask;
    }

    private DestinationPools Present
    {
        get
        {
            var pools = _pools;
            ObjectDisposedException.ThrowIf(pools is null, this);
            if (_destination.Present is { } present && present != pools)
            {
                pools = _destination.Renew(this);
                ObjectDisposedException.ThrowIf(pools is null, this);
            }
            return pools;
        }
    }
}
