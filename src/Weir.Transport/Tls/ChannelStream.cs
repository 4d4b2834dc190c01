using System.Runtime.CompilerServices;

namespace Weir.Transport.Tls;

/// <summary>A channel as the stream that <see cref="System.Net.Security.SslStream"/> wants.</summary>
/// <remarks>
/// Tokens are not looked at: whoever gives up aborts the channel. While <see cref="Home"/> is set it may be used from
/// the thread pool, and goes to the channel's loop for each receive and send; else it is used on the loop.
/// </remarks>
internal sealed class ChannelStream(Channel channel) : Stream
{
    /// <summary>The channel's loop, while the stream is used elsewhere. Changed when nothing is pending only.</summary>
    public EventLoop? Home { get; set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    ) =>
        Home is { } home
            ? new ValueTask<int>(LoopHop<int>.RunAsync(home, () => ReadHereAsync(buffer)))
            : ReadHereAsync(buffer);

    public override ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    ) => Home is { } home ? WriteThereAsync(home, buffer) : WriteHereAsync(buffer);

    // Without contexts: the channel's continuations run on its loop, and so does everything above.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<int> ReadHereAsync(Memory<byte> buffer)
    {
        var count = 0;
        if (buffer.IsEmpty)
        {
            await channel.WaitToReceiveAsync().ConfigureAwait(false);
        }
        else
        {
            count = await channel.ReceiveAsync(buffer).ConfigureAwait(false);
        }

        return count > 0 || channel.End is ChannelEnd.None or ChannelEnd.PeerClosed ? count : throw Ended();
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    private async ValueTask WriteHereAsync(ReadOnlyMemory<byte> buffer)
    {
        if (!await channel.SendAsync(buffer).ConfigureAwait(false))
        {
            throw Ended();
        }
    }

    private async ValueTask WriteThereAsync(EventLoop home, ReadOnlyMemory<byte> buffer)
    {
        if (!await LoopHop<bool>.RunAsync(home, () => channel.SendAsync(buffer)))
        {
            throw Ended();
        }
    }

    public override Task<int> ReadAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(
        byte[] buffer,
        int offset,
        int count,
        CancellationToken cancellationToken
    ) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Flush() { }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw Blocking();

    public override void Write(byte[] buffer, int offset, int count) => throw Blocking();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private static NotSupportedException Blocking() => new("A channel is never waited for by blocking.");

    private IOException Ended() => new($"The channel has ended: {channel.End}.");
}
