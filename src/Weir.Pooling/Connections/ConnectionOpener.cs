using Weir.Pooling.ConnectionStrings;
using Weir.Transport;

namespace Weir.Pooling.Connections;

/// <summary>Makes established connections: connected, TLS, handshake, authenticated. Thread-safe.</summary>
public sealed class ConnectionOpener(Network network, ConnectionSettings settings, TimeProvider clock)
{
    /// <summary>Where channels come from.</summary>
    public Network Network { get; } = network;

    /// <summary>How connections are made.</summary>
    public ConnectionSettings Settings { get; } = settings;

    /// <summary>The clock.</summary>
    public TimeProvider Clock { get; } = clock;

    /// <summary>Opens a connection that a pool can hand out: the handshake is done and it is authenticated.</summary>
    /// <exception cref="ConnectionException">It could not be made; the message says what failed and where.</exception>
    /// <exception cref="CommandException">The server refused the handshake or the credential.</exception>
    public ValueTask<ServerConnection> OpenAsync(
        ServerAddress address,
        long id,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("Opening waits for the framing of messages.");

    /// <summary>
    /// Opens a connection for a monitor: the handshake is done (its reply is <see cref="ServerConnection.Hello"/>),
    /// and it is never authenticated.
    /// </summary>
    /// <exception cref="ConnectionException">It could not be made; the message says what failed and where.</exception>
    /// <exception cref="CommandException">The server refused the handshake.</exception>
    public ValueTask<ServerConnection> OpenMonitorAsync(
        ServerAddress address,
        long id,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("Opening waits for the framing of messages.");
}
