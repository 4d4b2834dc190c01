using Weir.Pooling.Pools;
using Weir.Protocol.Wire;
using Weir.Proxy.Exchanges;
using Weir.Transport.Framing;

namespace Weir.Proxy.Clients;

/// <summary>Replies that did not fit into the first read.</summary>
internal sealed partial class ClientConnection
{
    /// <summary>
    /// Reads the whole reply where it may be buffered, so that a slow client holds no server connection; streams it
    /// where it is too long, or the byte budget has no room: nobody waits for room while holding a connection.
    /// </summary>
    private ValueTask<Verdict> TakeLargeReplyAsync(Exchange x)
    {
        int length = x.Reply.Length;
        // One that is compressed can't be passed on as it comes; it is short for what it holds.
        if (MessageHeader.Read(x.Reply.Span).OpCode == OpCode.Compressed)
        {
            _context.Budget.Take(length);
            return BufferReplyAsync(x);
        }
        return length <= _context.Limits.BufferedReplyBytes && _context.Budget.TryTake(length)
            ? BufferReplyAsync(x)
            : StreamReplyAsync(x);
    }

    private async ValueTask<Verdict> BufferReplyAsync(Exchange x)
    {
        PooledConnection connection = x.Connection!;
        Frame whole = Frame.Rent(x.Reply.Length);
        x.Owes(whole.Length);
        x.Reply.Span.CopyTo(whole.Writable.Span);
        int filled = x.Reply.Memory.Length;
        x.SetReply(whole);
        while (filled < whole.Length)
        {
            int count = await connection.Connection.ReceiveRestAsync(whole.Writable[filled..]);
            if (count == 0)
                break;
            filled += count;
        }
        if (Interlocked.Exchange(ref _inFlight, null) is null)
            return Abandon(x);
        return filled == whole.Length
            ? _context.Settlement.Judge(x, connection)
            : _context.Settlement.Lost(x, connection, sent: true);
    }

    private async ValueTask<Verdict> StreamReplyAsync(Exchange x)
    {
        Interlocked.Increment(ref _context.Counters.StreamedReplies);
        PooledConnection connection = x.Connection!;
        bool whole;
        using (ITimer stall = CreateStallTimer())
        {
            var stream = new ReplyStream(
                x,
                _context.Settlement,
                _channel,
                stall,
                _context.Limits.StallTimeout
            );
            whole = await stream.RunAsync(connection.Connection);
        }
        if (Interlocked.Exchange(ref _inFlight, null) is null)
            return Abandon(x);
        if (!whole)
        {
            LogStreamBroken(_context.Logger, Id, connection.Address, x.Reply.Length);
            return Abandon(x);
        }
        _context.Settlement.Release(x, connection);
        _activity.Told(x.Reply.Length);
        x.DropReply();
        return Verdict.Deliver;
    }
}
