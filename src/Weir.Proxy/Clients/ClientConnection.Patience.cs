using Weir.Protocol.Wire;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Transport.Framing;

namespace Weir.Proxy.Clients;

/// <summary>
/// What takes as long as the client takes: to send a large request, to read a reply. Both hold bytes of the budget,
/// so a client that stops is closed after the stall timeout.
/// </summary>
internal sealed partial class ClientConnection
{
    /// <summary>Sends a reply. Most go out at once and need no patience.</summary>
    private ValueTask<bool> DeliverAsync(ReadOnlyMemory<byte> reply)
    {
        _activity.Told(reply.Length);
        if (reply.Length > SmallReply)
            return DeliverInPiecesAsync(reply);
        ValueTask<bool> sending = _channel.SendAsync(reply);
        return sending.IsCompleted ? sending : AwaitSendAsync(sending, reply.Length);
    }

    private async ValueTask<bool> AwaitSendAsync(ValueTask<bool> sending, int length)
    {
        using ITimer stall = CreateStallTimer();
        stall.Change(_context.Limits.StallTimeout, Timeout.InfiniteTimeSpan);
        return await sending || NoteUnread(length);
    }

    /// <summary>In pieces, so that it shows whether the client goes on reading.</summary>
    private async ValueTask<bool> DeliverInPiecesAsync(ReadOnlyMemory<byte> reply)
    {
        using ITimer stall = CreateStallTimer();
        for (int sent = 0; sent < reply.Length; )
        {
            int count = Math.Min(SmallReply, reply.Length - sent);
            stall.Change(_context.Limits.StallTimeout, Timeout.InfiniteTimeSpan);
            if (!await _channel.SendAsync(reply.Slice(sent, count)))
                return NoteUnread(reply.Length);
            sent += count;
        }
        return true;
    }

    private bool NoteUnread(int length)
    {
        if (_stalled)
            NoteBroken(
                $"it read nothing of a reply of {length} bytes for {_context.Limits.StallTimeout.TotalSeconds} s"
            );
        return false;
    }

    /// <summary>
    /// Reads the rest of a large request under the byte budget. <see langword="false"/>: it was refused, or the
    /// client went or stopped; the exchange's error tells the two apart.
    /// </summary>
    private async ValueTask<bool> ReadRestAsync(Exchange x)
    {
        Frame first = x.Request;
        // What is said before a login is short; strangers have no share of the budget.
        if (MustLogIn)
            return false;
        if (
            !await _context.Budget.TakeAsync(
                first.Length,
                _context.Limits.BudgetTimeout,
                _context.Time,
                _context.Ending
            )
        )
        {
            x.View.RequestId = MessageHeader.Read(first.Span).RequestId;
            if (await SkipRestAsync(x))
                x.Error = Failures.NoRoom(_context.Budget.Capacity);
            return false;
        }
        x.Owes(first.Length);
        Frame whole = Frame.Rent(first.Length);
        first.Span.CopyTo(whole.Writable.Span);
        int filled = first.Memory.Length;
        x.SetRequest(whole);
        using ITimer stall = CreateStallTimer();
        // A byte now and then is no progress: it is asked for so many in that time.
        for (int expected = filled; filled < whole.Length; )
        {
            if (filled >= expected)
            {
                stall.Change(_context.Limits.StallTimeout, Timeout.InfiniteTimeSpan);
                expected = filled + SmallRequest;
            }
            int count = await _reader.ReadRestAsync(whole.Writable[filled..]);
            if (count == 0)
                return false;
            filled += count;
        }
        return true;
    }

    private async ValueTask<bool> SkipRestAsync(Exchange x)
    {
        Frame spare = Frame.Rent(SmallRequest);
        x.SetReply(spare);
        using ITimer stall = CreateStallTimer();
        while (_reader.Rest > 0)
        {
            stall.Change(_context.Limits.StallTimeout, Timeout.InfiniteTimeSpan);
            if (await _reader.ReadRestAsync(spare.Writable) == 0)
                return false;
        }
        x.DropReply();
        return true;
    }

    /// <summary>A timer, not yet set, that ends this client as one that has stopped.</summary>
    private ITimer CreateStallTimer() =>
        _context.Time.CreateTimer(
            static client => ((ClientConnection)client!).OnStalled(),
            this,
            Timeout.InfiniteTimeSpan,
            Timeout.InfiniteTimeSpan
        );

    private void OnStalled()
    {
        _stalled = true;
        Abort();
    }
}
