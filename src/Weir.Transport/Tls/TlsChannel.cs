using System.Net;
using System.Net.Security;
using System.Runtime.CompilerServices;
using System.Security.Authentication;
using Weir.Transport.Framing;
using Weir.Transport.Tls;

namespace Weir.Transport;

/// <summary>TLS over any channel.</summary>
/// <remarks>
/// It owns the channel below it, stays on that channel's loop and moves with it. An idle one holds no buffer of
/// its own; what comes is decrypted into a rented one that lives until it has been received.
/// </remarks>
public sealed class TlsChannel : Channel
{
    /// <summary>The longest plain text of a TLS record.</summary>
    private const int RecordSize = 16 * 1024;

    private readonly Channel _inner;
    private readonly SslStream _ssl;
    private byte[]? _decrypted;
    private int _start;
    private int _count;
    private int _end;

    private TlsChannel(Channel inner, SslStream ssl)
    {
        _inner = inner;
        _ssl = ssl;
    }

    /// <inheritdoc/>
    public override EndPoint? LocalEndPoint => _inner.LocalEndPoint;

    /// <inheritdoc/>
    public override EndPoint? RemoteEndPoint => _inner.RemoteEndPoint;

    /// <inheritdoc/>
    public override ChannelEnd End
    {
        get
        {
            var end = (ChannelEnd)Volatile.Read(ref _end);
            return end == ChannelEnd.None && _inner.End == ChannelEnd.Aborted ? ChannelEnd.Aborted : end;
        }
    }

    /// <inheritdoc/>
    public override bool IsSendCut => _inner.IsSendCut;

    public override bool IsPeerGone => _inner.IsPeerGone || End is ChannelEnd.PeerClosed or ChannelEnd.Broken;

    /// <summary>The protocol, cipher and certificates that were agreed on.</summary>
    public SslStream Session => _ssl;

    /// <summary>
    /// Does a client's handshake over <paramref name="channel"/>, which then belongs to the result; when the
    /// handshake fails it is closed.
    /// </summary>
    /// <exception cref="AuthenticationException">The certificate or the protocol is not acceptable.</exception>
    /// <exception cref="IOException">The channel ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Task<TlsChannel> AuthenticateAsClientAsync(
        Channel channel,
        SslClientAuthenticationOptions options,
        CancellationToken cancellationToken
    ) =>
        AuthenticateAsync(
            channel,
            (_, ssl) => ssl.AuthenticateAsClientAsync(options, CancellationToken.None),
            cancellationToken
        );

    /// <summary>
    /// Does a server's handshake; otherwise as <see cref="AuthenticateAsClientAsync"/>. Its arithmetic, a millisecond or
    /// more of it, runs on the thread pool, so that many handshakes do not hold up what else the loop serves.
    /// </summary>
    /// <exception cref="AuthenticationException">The certificate or the protocol is not acceptable.</exception>
    /// <exception cref="IOException">The channel ended.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled first.</exception>
    public static Task<TlsChannel> AuthenticateAsServerAsync(
        Channel channel,
        SslServerAuthenticationOptions options,
        CancellationToken cancellationToken
    ) =>
        AuthenticateAsync(
            channel,
            async (stream, ssl) =>
            {
                if (EventLoop.Current is not { } loop)
                {
                    await ssl.AuthenticateAsServerAsync(options, CancellationToken.None);
                    return;
                }

                stream.Home = loop;
                try
                {
                    await Task.Run(() => ssl.AuthenticateAsServerAsync(options, CancellationToken.None));
                }
                finally
                {
                    // Back on the loop, and nothing is pending.
                    stream.Home = null;
                }
            },
            cancellationToken
        );

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> WaitToReceiveAsync()
    {
        if (_count > 0)
        {
            return true;
        }

        if (End != ChannelEnd.None)
        {
            return false;
        }

        byte[]? buffer = null;
        try
        {
            // Waits without a buffer, but does not tell bytes from the end; only a read does.
            await _ssl.ReadAsync(Memory<byte>.Empty).ConfigureAwait(false);
            buffer = BufferPool.Rent(RecordSize);
            var count = Received(await _ssl.ReadAsync(buffer).ConfigureAwait(false));
            if (count > 0)
            {
                _start = 0;
                _count = count;
                buffer = Interlocked.Exchange(ref _decrypted, buffer);
            }
        }
        catch (Exception e) when (IsEnd(e))
        {
            SetEnd(_inner.End == ChannelEnd.None ? ChannelEnd.Broken : _inner.End);
        }

        if (buffer is not null)
        {
            BufferPool.Return(buffer);
        }

        if (End == ChannelEnd.Aborted)
        {
            // Disposed meanwhile: nobody else would return it.
            ReturnBuffer();
        }

        return _count > 0;
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReceiveAsync(Memory<byte> buffer)
    {
        var count = Take(buffer.Span);
        if (count > 0 || buffer.IsEmpty || End != ChannelEnd.None)
        {
            return count;
        }

        try
        {
            return Received(await _ssl.ReadAsync(buffer).ConfigureAwait(false));
        }
        catch (Exception e) when (IsEnd(e))
        {
            SetEnd(_inner.End == ChannelEnd.None ? ChannelEnd.Broken : _inner.End);
            return 0;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data)
    {
        if (End != ChannelEnd.None)
        {
            return false;
        }

        try
        {
            await _ssl.WriteAsync(data).ConfigureAwait(false);
            // All of it went out, whatever has ended the channel since.
            return true;
        }
        catch (Exception e) when (IsEnd(e))
        {
            SetEnd(_inner.End == ChannelEnd.None ? ChannelEnd.Broken : _inner.End);
            return false;
        }
    }

    /// <inheritdoc/>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (first.Length + second.Length > RecordSize)
        {
            return await SendAsync(first).ConfigureAwait(false)
                && await SendAsync(second).ConfigureAwait(false);
        }

        // One record instead of two.
        var joined = BufferPool.Rent(first.Length + second.Length);
        try
        {
            first.CopyTo(joined);
            second.CopyTo(joined.AsMemory(first.Length));
            return await SendAsync(joined.AsMemory(0, first.Length + second.Length)).ConfigureAwait(false);
        }
        finally
        {
            BufferPool.Return(joined);
        }
    }

    /// <inheritdoc/>
    public override void WatchPeer(Action<object?>? gone, object? state) => _inner.WatchPeer(gone, state);

    /// <inheritdoc/>
    public override EventLoop? Loop => _inner.Loop;

    public override void MoveToCurrentLoop() => _inner.MoveToCurrentLoop();

    /// <inheritdoc/>
    public override void Abort()
    {
        SetEnd(ChannelEnd.Aborted);
        _inner.Abort();
    }

    /// <inheritdoc/>
    public override async ValueTask DisposeAsync()
    {
        if (SetEnd(ChannelEnd.Aborted))
        {
            SayGoodbye();
        }

        await _inner.DisposeAsync();
        await _ssl.DisposeAsync();
        ReturnBuffer();
    }

    internal override int ReceiveNow(Span<byte> buffer)
    {
        var count = Take(buffer);
        return count > 0 ? count
            : End == ChannelEnd.None ? NothingThere
            : 0;
    }

    private static async Task<TlsChannel> AuthenticateAsync(
        Channel channel,
        Func<ChannelStream, SslStream, Task> authenticate,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(channel);
        var stream = new ChannelStream(channel);
        var ssl = new SslStream(stream, leaveInnerStreamOpen: true);
        try
        {
            await using (cancellationToken.UnsafeRegister(static c => ((Channel)c!).Abort(), channel))
            {
                await authenticate(stream, ssl);
            }

            cancellationToken.ThrowIfCancellationRequested();
            return new TlsChannel(channel, ssl);
        }
        catch (Exception)
        {
            // In order, so that the alert which says why still reaches the peer.
            await ssl.DisposeAsync();
            await channel.DisposeAsync();
            cancellationToken.ThrowIfCancellationRequested();
            throw;
        }
    }

    private static bool IsEnd(Exception e) =>
        e is IOException or AuthenticationException or ObjectDisposedException or InvalidOperationException;

    /// <summary>Tells the peer that this is the end, if that can be sent at once.</summary>
    private void SayGoodbye()
    {
        try
        {
            // Not waited for: what cannot be sent now ends with the channel below.
            _ = _ssl.ShutdownAsync()
                .ContinueWith(
                    static task => _ = task.Exception,
                    CancellationToken.None,
                    TaskContinuationOptions.OnlyOnFaulted,
                    TaskScheduler.Default
                );
        }
        catch (Exception e) when (IsEnd(e))
        {
            // The peer, or somebody here, was quicker.
        }
    }

    private int Received(int count)
    {
        if (count == 0)
        {
            SetEnd(_inner.End == ChannelEnd.None ? ChannelEnd.PeerClosed : _inner.End);
        }

        return count;
    }

    private int Take(Span<byte> target)
    {
        var count = Math.Min(_count, target.Length);
        if (count > 0)
        {
            _decrypted.AsSpan(_start, count).CopyTo(target);
            _start += count;
            _count -= count;
            if (_count == 0)
            {
                ReturnBuffer();
            }
        }

        return count;
    }

    private void ReturnBuffer()
    {
        _count = 0;
        if (Interlocked.Exchange(ref _decrypted, null) is { } buffer)
        {
            BufferPool.Return(buffer);
        }
    }

    private bool SetEnd(ChannelEnd end) =>
        Interlocked.CompareExchange(ref _end, (int)end, (int)ChannelEnd.None) == (int)ChannelEnd.None;
}
