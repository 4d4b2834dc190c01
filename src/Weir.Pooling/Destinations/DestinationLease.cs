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
    private DestinationPools? _pools;

    internal DestinationLease(Destination destination, DestinationPools pools)
    {
        _destination = destination;
        _pools = pools;
    }

    /// <summary>The destination's name.</summary>
    public string Name => _destination.Name;

    /// <summary>
    /// What runs commands, with sessions and the retries of the specifications. Take it from the lease for every
    /// operation, and do not keep it longer than the lease.
    /// </summary>
    /// <exception cref="ObjectDisposedException">The lease is over.</exception>
    public CommandRunner Commands
    {
        get
        {
            var pools = Volatile.Read(ref _pools);
            ObjectDisposedException.ThrowIf(pools is null, this);
            return pools.Commands;
        }
    }

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

    /// <summary>Gives the lease back. Again: nothing happens.</summary>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _pools, null) is { } pools)
        {
            _destination.Release(pools);
        }
        return ValueTask.CompletedTask;
    }
}
