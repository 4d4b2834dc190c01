using System.Net.Sockets;

namespace Weir.Transport.Sockets;

/// <summary>
/// Notices that the peer of a socket has gone, by a receive of nothing. .NET's sockets don't tell the end from
/// data behind it: once data has come and is not read, the probe sees no more until the next watch.
/// </summary>
internal sealed class PeerProbe(Socket socket, SocketChannel channel)
{
    private readonly Lock _gate = new();
    private Action<object?>? _gone;
    private object? _state;
    private bool _probing;

    public void Watch(Action<object?>? gone, object? state)
    {
        lock (_gate)
        {
            _gone = gone;
            _state = state;
            if (_probing || gone is null)
            {
                return;
            }

            _probing = true;
        }

        ThreadPool.UnsafeQueueUserWorkItem(static probe => _ = probe.RunAsync(), this, preferLocal: true);
    }

    private async Task RunAsync()
    {
        try
        {
            await socket.ReceiveAsync(Memory<byte>.Empty, SocketFlags.None).ConfigureAwait(false);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Gone one way or the other.
        }

        Action<object?>? gone = null;
        object? state = null;
        var isGone = channel.IsPeerGone;
        lock (_gate)
        {
            _probing = false;
            if (isGone && channel.End != ChannelEnd.Aborted)
            {
                gone = _gone;
                state = _state;
                _gone = null;
            }
        }

        gone?.Invoke(state);
    }
}
