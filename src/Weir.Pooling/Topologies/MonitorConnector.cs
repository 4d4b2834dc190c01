using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Topologies;

/// <summary>Opens the connections that a server is monitored with. Thread-safe.</summary>
internal sealed class MonitorConnector(ServerAddress address, ConnectionOpener opener, TimeProvider time)
{
    private long _lastId;

    /// <summary>A number for the next connection.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    /// <exception cref="ConnectionException">It could not be opened.</exception>
    /// <exception cref="CommandException">The server answered hello with an error.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public ValueTask<MonitorConnection> OpenAsync(CancellationToken cancellationToken) =>
        OpenAsync(NextId(), cancellationToken);

    /// <inheritdoc cref="OpenAsync(CancellationToken)"/>
    public async ValueTask<MonitorConnection> OpenAsync(long id, CancellationToken cancellationToken)
    {
        var connection = await opener.OpenMonitorAsync(address, id, cancellationToken);
        return new MonitorConnection(connection, time);
    }
}
