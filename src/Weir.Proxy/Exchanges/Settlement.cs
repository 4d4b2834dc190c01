using System.Text;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;
using Weir.Proxy.Routing;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// The two ends of an exchange with a server: what is done to a request just before it is sent, and what is made
/// of the reply. Everything here is synchronous; nothing waits.
/// </summary>
internal sealed class Settlement(Upstream upstream, ProxyCounters counters, TimeProvider time)
{
    /// <summary>Sent at most this often: once more than the first time.</summary>
    private const int MaxAttempts = 2;

    private const int ReauthenticationRequired = 391;
    private static readonly TimeSpan DefaultPatience = TimeSpan.FromSeconds(1);

    /// <summary>A message that could not be sent whole was not carried out, so trying again is always right.</summary>
    private const int MaxUnsentAttempts = 5;

    /// <summary>
    /// The last look at a request before it goes out on <paramref name="x"/>'s connection. <see langword="false"/>:
    /// it must not be sent, and the exchange's error says why.
    /// </summary>
    public bool Prepare(Exchange x)
    {
        if (!ShrinkTime(x))
            return false;
        if (x.View.StartTransaction && x.View.InTransaction && !x.View.Session.IsNone)
        {
            if (
                !upstream.Transactions.TryStart(
                    x.View.Session,
                    x.View.TxnNumber,
                    x.Server!.Address,
                    x.Client.Work
                )
            )
            {
                x.Error = Failures.TransactionTableFull(upstream.Transactions.Count);
                return false;
            }
        }
        else if (x.View.IsRetryableWrite && x.Server!.Description.Type == ServerType.Standalone)
        {
            x.RequestLength = RequestPatch.RemoveTxnNumber(x.RequestBytes, ref x.View);
        }
        Mark(x);
        x.Attempts++;
        return true;
    }

    /// <summary>
    /// What comes of a reply, or of its absence. The connection has been dealt with when this returns, except for
    /// <see cref="Verdict.Large"/>.
    /// </summary>
    /// <param name="x">The exchange.</param>
    /// <param name="connection">Its connection, which nobody else can abort any more.</param>
    /// <param name="sent">Whether all of the request went out.</param>
    /// <param name="read">What was read after it.</param>
    public Verdict Settle(Exchange x, PooledConnection connection, bool sent, in FrameRead read)
    {
        // What was not sent was not answered either: there is no read then, and its default looks like a frame.
        if (!sent || read.Outcome != FrameOutcome.Frame)
            return Lost(x, connection, sent);
        x.SetReply(read.Frame);
        RequestPatch.ResponseTo(x.Reply.Writable.Span, x.View.RequestId);
        return read.Frame.IsWhole ? Judge(x, connection) : Verdict.Large;
    }

    /// <summary>What comes of a reply that is there whole; the connection has been dealt with when this returns.</summary>
    public Verdict Judge(Exchange x, PooledConnection connection)
    {
        BsonDocument? stateChange;
        try
        {
            if (MessageHeader.Read(x.Reply.Span).OpCode == OpCode.Compressed)
                x.Unwrap();
            ReplyScanner.Scan(x.Reply.Span, out x.ReplyView);
            stateChange = StateChange(x);
        }
        catch (FormatException e)
        {
            return Broken(x, connection, $"the reply is broken: {e.Message}");
        }
        return HasExpired(x, connection) ? Renew(x, connection) : Conclude(x, connection, stateChange);
    }

    /// <summary>
    /// Whether the server wants Weir, not the client, to authenticate again. Each connection may say so once; those
    /// that are new do not.
    /// </summary>
    private static bool HasExpired(Exchange x, PooledConnection connection) =>
        !x.ReplyView.IsOk
        && x.ReplyView.Code == ReauthenticationRequired
        && x.Attempts < MaxUnsentAttempts + connection.Pool.Options.MaxPoolSize;

    /// <summary>Nothing was carried out, so another connection, which authenticates anew, is always right.</summary>
    private Verdict Renew(Exchange x, PooledConnection connection)
    {
        var expired = new ConnectionException(
            connection.Address,
            ConnectionStage.Exchange,
            "the server asked for re-authentication"
        );
        Discard(x, connection, expired);
        return Again(x);
    }

    /// <summary>The reply when it says that its server is not what it was taken for; else null.</summary>
    /// <exception cref="BsonFormatException">It does, and is broken.</exception>
    private static BsonDocument? StateChange(Exchange x) =>
        StateChangeErrors.Contains(x.ReplyView.WriteConcernCode)
        || (!x.ReplyView.IsOk && StateChangeErrors.Contains(x.ReplyView.Code))
            ? BsonDocument.Parse(x.ReplyView.Body.Of(x.Reply.Span))
            : null;

    /// <summary>Takes in a reply that has been scanned; checks the connection in.</summary>
    private Verdict Conclude(Exchange x, PooledConnection connection, BsonDocument? error)
    {
        // Told before the connection goes back: the pool then closes what is no longer good.
        if (error is not null)
            x.Server!.HandleReply(connection, error);
        Release(x, connection);

        if (error is not null && !x.ReplyView.IsOk && MayRepeat(x))
            return Again(x);
        // Once more, and on another server where there is one; a transaction's statement is its driver's to repeat.
        if (x.ReplyView is { IsOk: false, IsRetryableOverload: true } && x.Attempts < MaxAttempts)
        {
            x.BacksOff = !x.View.InTransaction && x.View.Kind != CommandKind.GetMore;
            if (x.BacksOff)
                return Again(x);
        }
        if (x.Cursor.IsAwaitable && x.ReplyView is { IsEmptyBatch: true, CursorId: not 0 } && HasPatience(x))
            return NextTurn(x);
        Learn(x);
        if (error is not null)
            HandOn(x, error);
        return Verdict.Deliver;
    }

    /// <summary>Says in the request whose it is, if the servers are to know.</summary>
    private void Mark(Exchange x)
    {
        Attribution kind = upstream.Attribution;
        if (kind == Attribution.None || x.IsMarked || (kind == Attribution.Comment && x.View.HasComment))
            return;
        byte[] mark = x.Client.Mark(kind);
        if (x.RequestLength + mark.Length > ProxyLimits.MaxMessageBytes)
            return;
        x.SetRequest(RequestPatch.Append(x.RequestBytes, mark, ref x.View));
        x.IsMarked = true;
    }

    /// <summary>Whether its client still waits for data, and nothing keeps it from another turn.</summary>
    private bool HasPatience(Exchange x) =>
        !x.Client.IsClosing && upstream.Gate.IsOpen && time.GetElapsedTime(x.Started) < Patience(x);

    /// <summary>How long a getMore waits for data: servers wait a second when nothing is said.</summary>
    private static TimeSpan Patience(Exchange x) =>
        x.View.MaxTimeMS > 0
            ? TimeSpan.FromMilliseconds(Math.Min(x.View.MaxTimeMS, int.MaxValue))
            : DefaultPatience;

    /// <summary>It has heard nothing in its turn: it queues for another.</summary>
    private static Verdict NextTurn(Exchange x)
    {
        x.DropReply();
        x.Attempts = 0;
        return Verdict.Again;
    }

    /// <summary>Gives a connection back after a whole reply; it is closed if more came than was asked for.</summary>
    public void Release(Exchange x, PooledConnection connection)
    {
        x.Connection = null;
        connection.CheckIn();
        x.LeaveLane();
        Interlocked.Increment(ref counters.Exchanges);
    }

    /// <summary>Closes the connection of an exchange that is given up half-way; it is never used again.</summary>
    public static void Discard(Exchange x, PooledConnection connection, Exception cause)
    {
        x.Connection = null;
        connection.Connection.Abort(cause);
        connection.CheckIn();
        x.LeaveLane();
    }

    /// <summary>What a reply says about cursors and transactions; ids of cursors become Weir's own.</summary>
    private void Learn(Exchange x)
    {
        if (x.View.Kind == CommandKind.AbortTransaction)
            upstream.Transactions.End(x.View.Session, x.View.TxnNumber);
        if (x.View.Kind == CommandKind.GetMore && x.ReplyView.Code == (int)ErrorCode.CursorNotFound)
            upstream.Cursors.Remove(x.View.CursorId);
        if (!x.ReplyView.HasCursor)
            return;
        string ns =
            x.ReplyView.CursorId == 0
                ? ""
                : Encoding.UTF8.GetString(x.ReplyView.CursorNamespace.Of(x.Reply.Span));
        if (LearnCursor(x, x.ReplyView.CursorId, ns) is { } id)
            RequestPatch.CursorId(x.Reply.Writable.Span, x.ReplyView.CursorIdOffset, id);
        else
            x.DropReply();
    }

    /// <summary>
    /// The id under which the client knows a cursor that a reply tells of; 0 when it is exhausted.
    /// <see langword="null"/>: there is no room for it, and the exchange's error says so.
    /// </summary>
    public long? LearnCursor(Exchange x, long upstreamId, string ns)
    {
        if (x.View.Kind == CommandKind.GetMore && x.View.CursorIdOffset != 0)
        {
            if (upstreamId != 0)
                return x.View.CursorId;
            upstream.Cursors.Remove(x.View.CursorId);
            return 0;
        }
        if (upstreamId == 0)
            return 0;
        var cursor = new Cursor(x.Server!.Address, upstreamId, x.View.Session, ns, x.View.OpensAwaitable);
        if (TryAdd(x, cursor, out long id))
            return id;
        x.Error = Failures.CursorTableFull(upstream.Cursors);
        _ = CursorKiller.KillAsync(upstream.Deployment, [cursor]);
        return null;
    }

    private bool TryAdd(Exchange x, in Cursor cursor, out long id)
    {
        if (upstream.Cursors.TryAdd(cursor, x.Client.Work, out id))
            return true;
        List<Cursor> idle = upstream.Cursors.TakeIdle();
        if (idle.Count == 0)
            return false;
        _ = CursorKiller.KillAsync(upstream.Deployment, idle);
        return upstream.Cursors.TryAdd(cursor, x.Client.Work, out id);
    }

    /// <summary>What comes of a connection that ended before the reply did.</summary>
    public Verdict Lost(Exchange x, PooledConnection connection, bool sent)
    {
        sent &= !connection.Connection.Channel.IsSendCut;
        Exception error =
            connection.Connection.Failure
            ?? new ConnectionException(connection.Address, ConnectionStage.Exchange, "the connection broke");
        x.Server!.HandleNetworkError(connection, error, error is ConnectionException { IsTimeout: true });
        x.DropReply();
        Discard(x, connection, error);
        Interlocked.Increment(ref counters.LostServers);
        x.Error = Failures.Lost(error, sent, x.View);
        if (sent ? MayRepeat(x) : x.Attempts < MaxUnsentAttempts)
            return Again(x);
        return Verdict.Deliver;
    }

    /// <summary>A reply that is none. What the server makes of its state is not known, so nothing is repeated.</summary>
    private Verdict Broken(Exchange x, PooledConnection connection, string what)
    {
        var error = new ConnectionException(connection.Address, ConnectionStage.Exchange, what);
        x.DropReply();
        Discard(x, connection, error);
        Interlocked.Increment(ref counters.LostServers);
        x.Error = Failures.Lost(error, sent: true, x.View);
        return Verdict.Deliver;
    }

    private Verdict Again(Exchange x)
    {
        x.DropReply();
        x.Error = null;
        Interlocked.Increment(ref counters.Retries);
        return Verdict.Again;
    }

    private static bool MayRepeat(Exchange x) => x.Attempts < MaxAttempts && x.View.IsRepeatable;

    private static void HandOn(Exchange x, BsonDocument error)
    {
        BsonDocument changed = StateChangeErrors.HandOn(error, x.Server!.Address.ToString(), x.View);
        x.SetReply(ReplyFrames.Create(ReplyForm.Msg, x.View.RequestId, changed));
        ReplyScanner.Scan(x.Reply.Span, out x.ReplyView);
    }

    /// <summary>Lets a getMore wait for data as long as its turn, or as long as its client still waits.</summary>
    private void ShortenTurn(Exchange x)
    {
        TimeSpan left = Patience(x) - time.GetElapsedTime(x.Started);
        TimeSpan turn = x.Lane!.Turn;
        long milliseconds = Math.Max(1, (long)(left < turn ? left : turn).TotalMilliseconds);
        if (x.View.MaxTimeOffset == 0)
            x.SetRequest(RequestPatch.AddMaxTime(x.RequestBytes, ref x.View));
        RequestPatch.MaxTime(x.RequestBytes, x.View, milliseconds);
    }

    /// <summary>Takes the time that was spent waiting in Weir off <c>maxTimeMS</c>.</summary>
    private bool ShrinkTime(Exchange x)
    {
        if (x.Cursor.IsAwaitable)
        {
            ShortenTurn(x);
            return true;
        }
        if (x.View.MaxTimeMS <= 0)
            return true;
        TimeSpan waited = time.GetElapsedTime(x.Started);
        if (waited.TotalMilliseconds < 1)
            return true;
        long left = x.View.MaxTimeMS - (long)waited.TotalMilliseconds;
        if (left <= 0)
        {
            // In a getMore it is the time to wait for data, which may well be none.
            if (x.View.Kind != CommandKind.GetMore)
            {
                x.Error = Failures.TimeExpired(x.View, waited);
                return false;
            }
            left = 1;
        }
        RequestPatch.MaxTime(x.RequestBytes, x.View, left);
        return true;
    }
}
