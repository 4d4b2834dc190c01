using System.Net;
using System.Runtime.InteropServices;
using Weir.Transport.Interop;

namespace Weir.Transport.Loops;

/// <summary>
/// Waits with <c>io_uring</c>: the kernel tells what it has done. What channels send during a turn is copied aside
/// and goes out with the one call that ends the turn.
/// </summary>
/// <remarks>
/// <para>A send is tried once, while it is submitted, and only one that could not be done whole completes at all.
/// So a batch is settled when the call that submits it returns: <see cref="Batch"/> counts up then.</para>
/// <para>A receive goes on until it is cancelled; each time it completes, what came lies in a buffer that the
/// channel empties before the loop looks at the next completion.</para>
/// </remarks>
internal sealed unsafe class UringBackend : Backend
{
    /// <summary>Sends up to here are copied and put off; a longer one is worth a call of its own.</summary>
    public const int LongestPutOff = 16 * 1024;

    private const int OutgoingSize = 256 * 1024;
    private const uint PollIn = 0x1;
    private const uint PollOut = 0x4;

    // POLLERR, POLLHUP and POLLRDHUP.
    private const uint PollEnd = 0x8 | 0x10 | 0x2000;

    // MSG_DONTWAIT, MSG_WAITALL and MSG_NOSIGNAL: all of it or a completion that says how much, now.
    private const uint SendFlags = 0x40 | 0x100 | 0x4000;

    private const int OperationShift = 60;
    private const ulong KeyMask = (1UL << OperationShift) - 1;

    private readonly ChannelTable _table;
    private readonly Ring _ring = new();
    private readonly BufferRing _buffers = new();
    private readonly WakeUp _wakeUp = new();
    private readonly byte* _outgoing = (byte*)NativeMemory.AlignedAlloc(OutgoingSize, Pages.Size);
    private int _outgoingCount;
    private ThreadSchedule? _schedule;
    private Yielding? _yielding;

    // Completions that were fetched, and the next of them to be looked at.
    private Ring.Completion[] _fetched = new Ring.Completion[256];
    private int _fetchedCount;
    private int _next;
    private uint _batch = 1;

    public UringBackend(ChannelTable table)
    {
        _table = table;
        _ring.Register(_buffers);
    }

    /// <summary>What has completed, in the upper bits of the keys.</summary>
    private enum Operation : byte
    {
        None,
        Receive,
        Send,
        Writable,
        End,
        Acceptable,
        WakeUp,
    }

    /// <summary>
    /// The batch of sends that is being filled. Those before are settled: the kernel has what they sent, or the
    /// channel knows what is left. Any thread.
    /// </summary>
    public uint Batch => Volatile.Read(ref _batch);

    public override void Start()
    {
        _schedule = new ThreadSchedule();
        _yielding = new Yielding(_schedule, Environment.TickCount64);
        _ring.Start();
        WatchWakeUp();
    }

    public override void Run(EventLoop loop, bool sleep)
    {
        if (sleep || _ring.Pending > 0 || _ring.HasNews)
        {
            // What was fetched between two turns is news already.
            Enter(wait: sleep && _fetchedCount == 0);
            if (sleep)
            {
                _yielding!.Look(Environment.TickCount64);
            }
        }

        // What is fetched meanwhile has its turn after the loop's other work.
        for (var count = _fetchedCount; _next < count; )
        {
            Complete(loop, _fetched[_next++]);
        }

        _fetchedCount -= _next;
        Array.Copy(_fetched, _next, _fetched, 0, _fetchedCount);
        _next = 0;
    }

    public override void Wake() => _wakeUp.Signal();

    public override LoopChannel CreateChannel(
        EventLoop loop,
        int descriptor,
        EndPoint? local,
        EndPoint? remote,
        bool isUnix
    ) => new UringChannel(loop, _table, descriptor, local, remote, isUnix);

    public override void Watch(LoopListener listener)
    {
        listener.IsWatched = true;
        Poll(listener.Descriptor, PollIn, Operation.Acceptable, listener.Key);
    }

    public override void Unwatch(LoopListener listener)
    {
        listener.IsWatched = false;

        // A poll holds the socket, so the address would stay taken.
        Submit();
        _ring.CancelNow(listener.Descriptor);
    }

    /// <summary>Starts a receive that goes on until it is cancelled, or the channel ends.</summary>
    public void Receive(UringChannel channel)
    {
        ref var entry = ref Next();
        entry.Operation = Ring.Entry.Receive;
        entry.Flags = Ring.Entry.SelectBuffer;
        entry.Options = Ring.Entry.ReceiveMultishot;
        entry.Descriptor = channel.Descriptor;
        entry.Key = KeyOf(Operation.Receive, channel.Key);
    }

    /// <summary>Completes once when there is room to send.</summary>
    public void WatchWritable(UringChannel channel) =>
        Poll(channel.Descriptor, PollOut, Operation.Writable, channel.Key);

    /// <summary>Completes once when the peer has gone.</summary>
    public void WatchEnd(UringChannel channel) =>
        Poll(channel.Descriptor, PollEnd, Operation.End, channel.Key);

    /// <summary>Ends what was started for the channel; each of it completes once more.</summary>
    public void Cancel(UringChannel channel)
    {
        ref var entry = ref Next();
        entry.Operation = Ring.Entry.AsyncCancel;
        entry.Flags = Ring.Entry.SilentSuccess;
        entry.Descriptor = channel.Descriptor;
        entry.OperationFlags = Ring.Entry.CancelDescriptor | Ring.Entry.CancelAll;
    }

    /// <summary>
    /// Sends both with this turn's batch; at most <see cref="LongestPutOff"/> bytes, and one send of a channel a batch.
    /// Where it put them.
    /// </summary>
    public Span<byte> PutOff(UringChannel channel, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        var length = first.Length + second.Length;
        while (_outgoingCount + length > OutgoingSize || _ring.IsFull)
        {
            Submit();
        }

        var start = _outgoing + _outgoingCount;
        var copy = new Span<byte>(start, length);
        first.CopyTo(copy);
        second.CopyTo(copy[first.Length..]);
        _outgoingCount += length;

        ref var entry = ref _ring.Next();
        entry.Operation = Ring.Entry.Send;
        entry.Flags = Ring.Entry.SilentSuccess;
        entry.Descriptor = channel.Descriptor;
        entry.Address = start;
        entry.Length = (uint)length;
        entry.OperationFlags = SendFlags;
        entry.Key = KeyOf(Operation.Send, channel.Key);
        return copy;
    }

    /// <summary>Hands the kernel what is pending, and settles it, now.</summary>
    public void Submit()
    {
        if (_ring.Pending > 0)
        {
            _ring.Submit();
            Settle();
        }
    }

    /// <summary>Whether something that came for the channel was fetched and not given to it yet.</summary>
    public bool HasMoreFor(UringChannel channel)
    {
        var key = KeyOf(Operation.Receive, channel.Key);
        for (var i = _next; i < _fetchedCount; i++)
        {
            if (_fetched[i].Key == key)
            {
                return true;
            }
        }

        return false;
    }

    public override void Trim()
    {
        // The kernel fills buffers only in a call, so that between two turns there is nothing in those of an idle loop.
        Submit();
        if (_fetchedCount == 0 && _outgoingCount == 0)
        {
            _buffers.Trim();
            Pages.Drop(_outgoing, OutgoingSize);
        }
    }

    public override void Dispose()
    {
        _ring.Dispose();
        _buffers.Dispose();
        _wakeUp.Dispose();
        _schedule?.Dispose();
        NativeMemory.AlignedFree(_outgoing);
    }

    private static ulong KeyOf(Operation operation, ulong key) => ((ulong)operation << OperationShift) | key;

    private void Enter(bool wait)
    {
        _ring.Enter(wait);
        Settle();
    }

    /// <summary>After a submission: takes what has completed, and what could not be sent whole.</summary>
    private void Settle()
    {
        Fetch();
        while (_ring.HasOverflown)
        {
            _ring.Enter(wait: false);
            Fetch();
        }

        if (_ring.Pending == 0)
        {
            _outgoingCount = 0;
            Volatile.Write(ref _batch, _batch + 1);
        }
    }

    /// <summary>Takes all completions; those of sends are dealt with at once, while the bytes are there.</summary>
    private void Fetch()
    {
        while (_ring.TryTake(out var completion))
        {
            if ((Operation)(completion.Key >> OperationShift) == Operation.Send)
            {
                if (Find(completion.Key) is UringChannel channel)
                {
                    channel.OnSendCut(completion.Result);
                }

                continue;
            }

            if (_fetchedCount == _fetched.Length)
            {
                Array.Resize(ref _fetched, _fetchedCount * 2);
            }

            _fetched[_fetchedCount++] = completion;
        }
    }

    private void Complete(EventLoop loop, Ring.Completion completion)
    {
        var target = Find(completion.Key);
        switch ((Operation)(completion.Key >> OperationShift))
        {
            case Operation.Receive:
                var buffer = completion.HasBuffer ? completion.Buffer : -1;
                (target as UringChannel)?.OnReceived(
                    loop,
                    completion.Result,
                    buffer < 0 ? null : _buffers[buffer],
                    completion.HasMore
                );
                if (buffer >= 0)
                {
                    _buffers.Return(buffer);
                }

                break;
            case Operation.Writable:
                (target as UringChannel)?.OnRoom(loop, completion.Result);
                break;
            case Operation.End:
                (target as UringChannel)?.OnEnd(loop, completion.Result);
                break;
            case Operation.Acceptable when target is LoopListener { IsWatched: true } listener:
                listener.OnReadable();
                if (listener.IsWatched)
                {
                    Poll(listener.Descriptor, PollIn, Operation.Acceptable, listener.Key);
                }

                break;
            case Operation.WakeUp when !completion.HasMore:
                WatchWakeUp();
                break;
            default:
                // A cancel that found nothing, or what was left of a listener.
                break;
        }
    }

    private object? Find(ulong key) =>
        _table.Find(key & KeyMask) switch
        {
            LoopChannel channel when channel.Key == (key & KeyMask) => channel,
            LoopListener listener when listener.Key == (key & KeyMask) => listener,
            _ => null,
        };

    private void WatchWakeUp()
    {
        Poll(_wakeUp.Descriptor, PollIn, Operation.WakeUp, 0).Length = Ring.Entry.PollMultishot;
    }

    private ref Ring.Entry Poll(int descriptor, uint events, Operation operation, ulong key)
    {
        ref var entry = ref Next();
        entry.Operation = Ring.Entry.PollAdd;
        entry.Descriptor = descriptor;
        entry.OperationFlags = events;
        entry.Key = KeyOf(operation, key);
        return ref entry;
    }

    private ref Ring.Entry Next()
    {
        while (_ring.IsFull)
        {
            Submit();
        }

        return ref _ring.Next();
    }
}
