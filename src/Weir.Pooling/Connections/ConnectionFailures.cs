using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Connections;

/// <summary>What is said of a connection that has failed.</summary>
internal static class ConnectionFailures
{
    public static ConnectionException Error(
        this ServerConnection connection,
        string reason,
        Exception? cause = null
    ) =>
        new(connection.Address, connection.Stage, reason, cause)
        {
            Labels = connection.Stage is ConnectionStage.Hello ? ErrorLabels.Overload : [],
            ServiceId = connection.Hello.ServiceId,
        };

    /// <summary>For a read that brought no frame.</summary>
    public static ConnectionException Broken(this ServerConnection connection, FrameRead read) =>
        read.Outcome == FrameOutcome.BadLength
            ? connection.Error($"the reply announces {read.AnnouncedLength} bytes, which no server sends")
            : connection.Error(
                connection.Channel.End == ChannelEnd.PeerClosed || connection.Channel.IsPeerGone
                    ? "the server closed the connection"
                    : "the connection broke"
            );

    /// <summary>What to throw for its failure; a cancellation is the caller's, whatever it broke.</summary>
    public static Exception Rethrown(this ServerConnection connection, CancellationToken cancellationToken) =>
        connection.Failure switch
        {
            OperationCanceledException when cancellationToken.IsCancellationRequested =>
                new OperationCanceledException(cancellationToken),
            ConnectionException or Pools.PoolClearedException => connection.Failure,
            var cause => connection.Error($"the connection was ended: {cause?.Message}", cause),
        };
}
