using System.Net;
using Weir.Transport;

namespace Weir.Pooling.Tests.Pools;

/// <summary>A channel that carries nothing: for tests of pools, which only look at channels.</summary>
internal sealed class StubChannel : Channel
{
    private int _end;

    public bool IsGone { get; set; }

    /// <summary>Set to throw when it is disposed of.</summary>
    public bool FailsToClose { get; set; }

    public int Moves { get; private set; }

    public bool IsDisposed { get; private set; }

    public override EndPoint? LocalEndPoint => null;

    public override EndPoint? RemoteEndPoint => null;

    public override ChannelEnd End => (ChannelEnd)Volatile.Read(ref _end);

    public override bool IsPeerGone => IsGone;

    public override ValueTask<bool> WaitToReceiveAsync() => throw new NotSupportedException();

    public override ValueTask<int> ReceiveAsync(Memory<byte> buffer) => throw new NotSupportedException();

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> data) => throw new NotSupportedException();

    public override ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second) =>
        throw new NotSupportedException();

    public override void WatchPeer(Action<object?>? gone, object? state) { }

    public override void MoveToCurrentLoop() => Moves++;

    public override void Abort() => Volatile.Write(ref _end, (int)ChannelEnd.Aborted);

    public override ValueTask DisposeAsync()
    {
        IsDisposed = true;
        Abort();
        return FailsToClose
            ? ValueTask.FromException(new IOException("it does not close in order"))
            : ValueTask.CompletedTask;
    }
}
