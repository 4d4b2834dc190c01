using System.Runtime.CompilerServices;

namespace Weir.Transport.Tls;

/// <summary>A channel as the stream that <see cref="System.Net.Security.SslStream"/> wants.</summary>
/// <remarks>Tokens are not looked at: whoever gives up aborts the channel.</remarks>
internal sealed class ChannelStream(Channel channel) : Stream
{
    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    // Without contexts: the channel's continuations run on its loop, and so does everything above.
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(
        Memory<byte> buffer,
        CancellationToken cancellationToken = default
    )
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
    public override async ValueTask WriteAsync(
        ReadOnlyMemory<byte> buffer,
        CancellationToken cancellationToken = default
    )
    {
        if (!await channel.SendAsync(buffer).ConfigureAwait(false))
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
