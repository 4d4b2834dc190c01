using System.Diagnostics;
using System.Runtime.CompilerServices;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Connections;

/// <summary>
/// An established connection to one server, for one exchange at a time: a request and its reply.
/// </summary>
/// <remarks>
/// <para>Threads: used by its owner only, on the loop that its channel belongs to (a pool moves it there).
/// <see cref="Abort"/> may be called from any thread at any time.</para>
/// <para>Two ways to use it: <see cref="ConnectionCommands"/> for Weir's own commands, with exceptions; and
/// <see cref="SendAsync(ReadOnlyMemory{byte})"/> with <see cref="ReceiveAsync"/> for bytes that pass through, whose
/// results are values: when one says that it failed, <see cref="Failure"/> says why.</para>
/// <para>It knows whether an exchange is under way: it is not usable before the whole reply has been read. A
/// reply that answers another request is never given out; it ends the connection. The first failure wins and
/// is kept.</para>
/// </remarks>
public sealed class ServerConnection : IAsyncDisposable
{
    /// <summary>The largest message that a server sends, with room for what wraps a document of the largest size.</summary>
    private const int LargestReply = 48_000_000 + 64 * 1024;

    private const int NoReply = int.MinValue;

    private readonly FrameReader _reader;
    private SocketTimer? _timer;
    private Exception? _failure;
    private bool _inExchange;
    private int _awaited = NoReply;
    private int _lastRequestId;

    internal ServerConnection(ServerAddress address, long id, Channel channel, HelloReply hello)
    {
        Address = address;
        Id = id;
        Channel = channel;
        Hello = hello;
        _reader = new FrameReader(channel, LargestReply);
    }

    /// <summary>The server.</summary>
    public ServerAddress Address { get; }

    /// <summary>The id that whoever opened it gave it: within a pool, the pool's.</summary>
    public long Id { get; }

    /// <summary>What the server said of itself in the handshake.</summary>
    public HelloReply Hello { get; internal set; }

    /// <summary>The bytes' way.</summary>
    public Channel Channel { get; }

    /// <summary>The first thing that went wrong; null while nothing has.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether a reply, or a part of one, is still to be read.</summary>
    public bool IsInExchange => _inExchange || _reader.Rest > 0;

    /// <summary>Whether a reply, or a piece of one, is waited for, or was read and not yet taken.</summary>
    internal bool IsReading { get; private set; }

    /// <summary>Whether it can be used for another exchange, as far as is known.</summary>
    public bool IsUsable =>
        Failure is null
        && !IsInExchange
        && Channel.End == ChannelEnd.None
        && !Channel.IsPeerGone
        && !_reader.HasMore;

    /// <summary>How far it has come; errors say so.</summary>
    internal ConnectionStage Stage { get; set; } = ConnectionStage.Exchange;

    /// <summary>How long the handshake's hello took: a sample of the round trip time.</summary>
    internal TimeSpan HelloDuration { get; set; }

    /// <summary>What messages are compressed with; null: nothing, and no reply comes compressed.</summary>
    internal MessageCompression? Compression { get; init; }

    /// <summary>How it authenticates again; null: it is not authenticated.</summary>
    internal Reauthentication? Reauthentication { get; set; }

    /// <summary>The stable API version that commands declare.</summary>
    internal string? ApiVersion { get; init; }

    /// <summary>
    /// An id for the next request, which none on this connection had: with it a reply that comes late, or twice, is
    /// known for what it is, whatever ids clients give to their requests.
    /// </summary>
    public int NextRequestId() => _lastRequestId = (_lastRequestId + 1) & int.MaxValue;

    /// <summary>
    /// Ends the connection when a message is not sent, or nothing of a reply comes, for that long: not
    /// the whole exchange, each step of it. Once, before it is used.
    /// </summary>
    internal void LimitWaits(TimeSpan timeout, TimeProvider clock) => _timer = new(this, timeout, clock);

    /// <summary>Whether an error says that the connection's credential has expired, and it can be renewed.</summary>
    internal bool MayReauthenticate(CommandException failure) =>
        Reauthentication is not null && Reauthentication.IsAskedForBy(failure);

    /// <inheritdoc cref="Reauthentication.RunAsync"/>
    internal ValueTask ReauthenticateAsync(CancellationToken cancellationToken) =>
        Reauthentication!.RunAsync(this, cancellationToken);

    /// <summary>
    /// Sends a whole message as it is. Its header is read: the reply has to answer this request id, and there is
    /// none to an OP_MSG with <c>moreToCome</c>. <see langword="false"/>: see <see cref="Failure"/>.
    /// </summary>
    public ValueTask<bool> SendAsync(ReadOnlyMemory<byte> message)
    {
        Begin(message.Span);
        var sending = Channel.SendAsync(Compression?.ToWire(message) ?? message);
        // Mostly it goes out at once, and needs no state machine.
        return sending.IsCompletedSuccessfully ? new(Sent(sending.Result)) : FinishAsync(sending);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> FinishAsync(ValueTask<bool> sending) => Sent(await sending);

    /// <summary>The same in two pieces, of which the first holds at least the header and an OP_MSG's flags.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<bool> SendAsync(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        if (Compression is not null)
        {
            return await SendAsync((byte[])[.. first.Span, .. second.Span]);
        }

        Begin(first.Span);
        return Sent(await Channel.SendAsync(first, second));
    }

    /// <summary>
    /// Reads the reply's frame, or its first <paramref name="bufferUpTo"/> bytes; the rest of such a one is read with
    /// <see cref="ReceiveRestAsync"/>. The receiver returns the frame. Anything but
    /// <see cref="FrameOutcome.Frame"/>: see <see cref="Failure"/>.
    /// </summary>
    public async ValueTask<FrameRead> ReceiveAsync(int bufferUpTo = int.MaxValue)
    {
        await BeginReceive(bufferUpTo);
        return EndReceive();
    }

    /// <summary>
    /// Sends a request and waits for its reply, for a caller who must not pay for a state machine between: hundreds of
    /// replies are awaited at a time, and none of them shall allocate. Afterwards, if <see cref="IsReading"/>,
    /// <see cref="EndReceive"/> takes what was read; else the request did not go out whole.
    /// </summary>
    internal ValueTask<bool> BeginExchange(ReadOnlyMemory<byte> request, int bufferUpTo)
    {
        var sending = SendAsync(request);
        return !sending.IsCompletedSuccessfully ? BeginExchange(sending, bufferUpTo)
            : sending.Result ? BeginReceive(bufferUpTo)
            : new(false);
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    private async ValueTask<bool> BeginExchange(ValueTask<bool> sending, int bufferUpTo) =>
        await sending && await BeginReceive(bufferUpTo);

    private ValueTask<bool> BeginReceive(int bufferUpTo)
    {
        Debug.Assert(_inExchange, "a reply is read that nobody asked for");
        IsReading = true;
        _timer?.Start();
        return _reader.WaitToReadAsync(Compression is null ? bufferUpTo : int.MaxValue);
    }

    /// <summary>The end of a read: checks what was read, and answers what <see cref="ReceiveAsync"/> does.</summary>
    internal FrameRead EndReceive()
    {
        var read = _reader.TakeRead();
        IsReading = false;
        _timer?.Stop();
        if (read.Outcome != FrameOutcome.Frame)
        {
            Abort(this.Broken(read));
            return read;
        }

        var header = MessageHeader.Read(read.Frame.Span);
        if (header.OpCode == OpCode.Compressed && Compression is not null)
        {
            read = Expand(read);
            if (read.Outcome != FrameOutcome.Frame)
            {
                return read;
            }

            header = MessageHeader.Read(read.Frame.Span);
        }

        if (header.ResponseTo != _awaited)
        {
            read.Frame.Return();
            Abort(
                new ConnectionException(
                    Address,
                    Stage,
                    $"the reply answers request {header.ResponseTo}, but {_awaited} was asked; the connection was closed so that no answer reaches the wrong asker"
                )
                {
                    ServiceId = Hello.ServiceId,
                }
            );
            return new(FrameOutcome.Ended, default, header.Length);
        }

        // An exhaust reply is answered, so to say, by the next one.
        _inExchange = (OpMsg.FlagsOf(header, read.Frame.Span) & OpMsgFlags.MoreToCome) != 0;
        _awaited = _inExchange ? header.RequestId : NoReply;
        return read;
    }

    /// <summary>Reads the next piece of a reply that was read in part; 0: see <see cref="Failure"/>.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReceiveRestAsync(Memory<byte> buffer)
    {
        IsReading = true;
        _timer?.Start();
        var count = await _reader.ReadRestAsync(buffer);
        _timer?.Stop();
        IsReading = false;
        if (count == 0 && buffer.Length > 0)
        {
            Abort(this.Broken(new(FrameOutcome.Truncated, default, 0)));
        }

        return count;
    }

    /// <summary>Bytes that are still to be read of a reply that was read in part.</summary>
    public int Rest => _reader.Rest;

    /// <summary>Ends the connection now. The first cause wins and is kept in <see cref="Failure"/>.</summary>
    public void Abort(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        Channel.Abort();
    }

    /// <summary>Closes in order; only by its owner.</summary>
    public async ValueTask DisposeAsync()
    {
        _timer?.Dispose();
        await Channel.DisposeAsync();
        if (!IsReading)
        {
            // A read that is still pending gives back what it holds when it sees the end.
            _reader.Dispose();
        }
    }

    private FrameRead Expand(in FrameRead read)
    {
        try
        {
            var expanded = MessageCompression.Expand(read.Frame, LargestReply);
            return new(FrameOutcome.Frame, expanded, expanded.Length);
        }
        catch (WireFormatException e)
        {
            Abort(this.Error($"a compressed reply is not understood: {e.Message}", e));
            return new(FrameOutcome.Ended, default, read.AnnouncedLength);
        }
        finally
        {
            read.Frame.Return();
        }
    }

    /// <exception cref="InvalidOperationException">Only one exchange can be under way.</exception>
    internal void ThrowIfInExchange()
    {
        if (IsInExchange)
        {
            throw new InvalidOperationException(
                $"Connection {Id} to {Address} is in the middle of an exchange: it can carry one at a time."
            );
        }
    }

    private void Begin(ReadOnlySpan<byte> message)
    {
        ThrowIfInExchange();

        var header = MessageHeader.Read(message);
        _inExchange = (OpMsg.FlagsOf(header, message) & OpMsgFlags.MoreToCome) == 0;
        _awaited = _inExchange ? header.RequestId : NoReply;
        _timer?.Start();
    }

    private bool Sent(bool isSent)
    {
        // Else the wait for the reply goes on from here.
        if (!_inExchange)
        {
            _timer?.Stop();
        }
        if (!isSent)
        {
            Abort(this.Broken(new(FrameOutcome.Ended, default, 0)));
        }
        return isSent;
    }
}
