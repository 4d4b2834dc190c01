using System.Diagnostics;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Administration;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Sessions;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Clients;

/// <summary>The steps of a client's life that <see cref="RunAsync"/> names.</summary>
internal sealed partial class ClientConnection
{
    /// <summary>
    /// A pool that was cleared is asked again, each time after a new server selection, for as long as a selection may
    /// take: nothing was sent, so waiting is always right. After so many times it is asked with pauses.
    /// </summary>
    private const int FewRejections = 3;

    private static readonly TimeSpan SessionNews = TimeSpan.FromMinutes(1);

    private static readonly TimeSpan RejectionPause = TimeSpan.FromMilliseconds(20);

    private static readonly TimeSpan OverloadPause = TimeSpan.FromMilliseconds(100);

    private static readonly OperationCanceledException ClientGone = new("the client has gone");

    private void Begin()
    {
        Interlocked.Increment(ref _context.Counters.Clients);
        Interlocked.Increment(ref _context.Counters.ClientsTotal);
        _context.Clients.Add(this);
        LogConnected(_context.Logger, Id, RemoteEndPoint);
    }

    private void End(ref Exchange? exchange, Exception? failure)
    {
        try
        {
            if (failure is not null)
                LogFailed(_context.Logger, Id, failure);
            EndExchange(ref exchange);
        }
        finally
        {
            _channel.WatchPeer(null, null);
            _reader.Dispose();
            _context.Clients.Remove(this);
            _context.Groups.Leave(this);
            _context.Reaper.OnClosed(this, _work, wasBusy: _gone);
            Quotas.Leave();
            Interlocked.Decrement(ref _context.Counters.Clients);
            LogDisconnected(_context.Logger, Id);
        }
    }

    /// <summary>What is to be kept of a request before it goes on to a server.</summary>
    private void NoteForward(Exchange x)
    {
        if (!HasForwarded)
        {
            HasForwarded = true;
            _context.Groups.NoMonitor(this);
        }
        Interlocked.Exchange(ref _leaving, x.BeginWaiting());
        // Looked at afterwards: whoever tells of the end either sees the exchange, or it sees that it was told.
        if (_gone || _context.Ending.IsCancellationRequested)
            StopWaiting();
        SessionId session = x.View.Session;
        // Mostly it is the one of last time; now and then the table is told that it is still in use.
        if (
            session.IsNone
            || (
                session == _lastSession
                && _context.Time.GetElapsedTime(_lastSessionAt, x.Started) < SessionNews
            )
        )
            return;
        _lastSession = session;
        _lastSessionAt = x.Started;
        Upstream.Sessions.Use(session, Work);
    }

    /// <summary>Whatever the exchange in hand waits for is of no use any more. From any thread.</summary>
    private void StopWaiting() => Interlocked.Exchange(ref _leaving, null)?.Cancel();

    /// <summary><see langword="false"/>: it is closing.</summary>
    private bool TryEnter(ClientState state) =>
        Interlocked.CompareExchange(
            ref _state,
            state,
            state == ClientState.Busy ? ClientState.Idle : ClientState.Busy
        ) != ClientState.Closing;

    private void CloseIdle()
    {
        // Closing in order is for the channel's own loop; the pending read then ends.
        if (_loop is null)
            _ = _channel.DisposeAsync().AsTask();
        else
            _loop.Post(static channel => _ = ((Channel)channel!).DisposeAsync().AsTask(), _channel);
    }

    private void OnPeerGone()
    {
        _gone = true;
        Interlocked.Exchange(ref _inFlight, null)?.Connection.Abort(ClientGone);
        StopWaiting();
        Volatile.Read(ref _goneSignal)?.TrySetResult();
    }

    private void NoteEnd(in FrameRead read)
    {
        read.Frame.Return();
        if (read.Outcome == FrameOutcome.BadLength)
            NoteBroken(
                $"it announced a message of {read.AnnouncedLength} bytes; 16 to {ProxyLimits.MaxMessageBytes} are allowed"
            );
        else if (read.Outcome == FrameOutcome.Truncated)
            NoteBroken("it ended in the middle of a message");
    }

    private void NoteBroken(string reason)
    {
        Interlocked.Increment(ref _context.Counters.ClientsBroken);
        LogBroken(_context.Logger, Id, RemoteEndPoint, reason);
    }

    /// <summary>
    /// Finds the server that it goes to, and a place among those that wait there for data if it is to.
    /// <see langword="false"/>: there is none, or its client has gone meanwhile.
    /// </summary>
    private ValueTask<bool> FindServerAsync(Exchange x)
    {
        ValueTask<bool> routed =
            x.BacksOff || x.Rejections > FewRejections
                ? RouteAfterPauseAsync(x)
                : _context.Router.RouteAsync(x);
        return !routed.IsCompletedSuccessfully ? FindServerAsync(x, routed)
            : routed.Result ? EnterLaneAsync(x)
            : new(false);
    }

    private async ValueTask<bool> FindServerAsync(Exchange x, ValueTask<bool> routed) =>
        await routed && await EnterLaneAsync(x);

    /// <summary>
    /// Keeps one that is rejected again and again from asking all the time, and one that a server has refused for
    /// overload from asking at the same moment as all the others.
    /// </summary>
    private async ValueTask<bool> RouteAfterPauseAsync(Exchange x)
    {
        TimeSpan pause = x.BacksOff ? OverloadPause * (0.5 + Random.Shared.NextDouble()) : RejectionPause;
        x.BacksOff = false;
        await Task.Delay(pause, _context.Time, CancellationToken.None);
        return await _context.Router.RouteAsync(x);
    }

    private ValueTask<bool> EnterLaneAsync(Exchange x) =>
        x.Cursor.IsAwaitable && x.Lane is null
            ? Upstream.LaneOf(x.Server!.Address).EnterAsync(x, x.Leaving)
            : new(true);

    private Deadline CheckOutDeadline(Exchange x)
    {
        TimeSpan timeout = _context.Upstream.CheckOutTimeout;
        if (
            x.View.MaxTimeMS > 0
            && x.View.Kind != CommandKind.GetMore
            && x.View.MaxTimeMS < timeout.TotalMilliseconds
        )
            timeout = TimeSpan.FromMilliseconds(x.View.MaxTimeMS) - _context.Time.GetElapsedTime(x.Started);
        return Deadline.After(timeout, _context.Time);
    }

    /// <summary>Makes the checked-out connection this exchange's and prepares the request for it.</summary>
    private bool Take(Exchange x, in CheckOutResult result, out Verdict verdict)
    {
        verdict = Verdict.Deliver;
        if (!result.Succeeded)
        {
            verdict = _gone ? Verdict.Abandoned : Rejected(x, result);
            return false;
        }
        PooledConnection connection = result.Connection;
        if (_gone || !_context.Settlement.Prepare(x))
        {
            connection.CheckIn();
            if (_gone)
                verdict = Verdict.Abandoned;
            return false;
        }
        x.Connection = connection;
        x.SentAt = connection.CheckedOutAt;
        RequestPatch.RequestId(x.RequestBytes, connection.Connection.NextRequestId());
        Interlocked.Exchange(ref _inFlight, connection);
        // Looked at once more: the news that the client has gone may have come before there was something to abort.
        if (!_gone || Interlocked.Exchange(ref _inFlight, null) is null)
            return true;
        x.Connection = null;
        connection.CheckIn();
        verdict = Verdict.Abandoned;
        return false;
    }

    private Verdict Rejected(Exchange x, in CheckOutResult result)
    {
        TimeSpan waited = _context.Time.GetElapsedTime(x.Started);
        bool mayPass = result.Outcome switch
        {
            CheckOutOutcome.PoolCleared => x.Rejections < FewRejections
                || waited < _context.Upstream.SelectionTimeout,
            // Each of these was a connection: a server that refuses them is not asked for more and more.
            CheckOutOutcome.EstablishmentFailed => x.Rejections < FewRejections
                && result.Cause is ConnectionException,
            _ => false,
        };
        if (mayPass && !_context.Ending.IsCancellationRequested)
        {
            x.Rejections++;
            return Verdict.Again;
        }
        if (result.Outcome == CheckOutOutcome.TimedOut)
        {
            Interlocked.Increment(ref _context.Counters.CheckOutTimeouts);
            if (x.View.MaxTimeMS > 0 && waited.TotalMilliseconds >= x.View.MaxTimeMS)
            {
                x.Error = Failures.TimeExpired(x.View, waited);
                return Verdict.Deliver;
            }
        }
        x.Error = Failures.NoConnection(result, x.View);
        return Verdict.Deliver;
    }

    private Verdict Settle(Exchange x)
    {
        PooledConnection connection = x.Connection!;
        bool sent = connection.Connection.IsReading;
        FrameRead read = sent ? connection.Connection.EndReceive() : default;
        if (Interlocked.Exchange(ref _inFlight, null) is not null)
        {
            Verdict verdict = _context.Settlement.Settle(x, connection, sent, read);
            if (verdict == Verdict.Large)
            {
                Interlocked.Exchange(ref _inFlight, connection);
                // Looked at once more, as when it was taken.
                if (_gone && Interlocked.Exchange(ref _inFlight, null) is not null)
                    return Abandon(x);
            }
            return verdict == Verdict.Again && _gone ? Verdict.Abandoned : verdict;
        }
        // Somebody has aborted it: the client has gone, or is being closed.
        read.Frame.Return();
        return Abandon(x);
    }

    private Verdict Abandon(Exchange x)
    {
        Interlocked.Increment(ref _context.Counters.Abandoned);
        if (!x.View.Session.IsNone)
            Interrupted = new Interruption(x.View.Session, x.Connection!.Address);
        Settlement.Discard(x, x.Connection!, ClientGone);
        return Verdict.Abandoned;
    }

    /// <summary>Ends the exchange in hand, if there is one, whatever became of it.</summary>
    private void EndExchange(ref Exchange? exchange)
    {
        if (exchange is not { } x)
            return;
        exchange = null;
        _activity.End();
        // Something threw in mid-exchange: the connection must not stay out of its pool for ever.
        if (x.Connection is not null)
        {
            Interlocked.Exchange(ref _inFlight, null);
            Settlement.Discard(x, x.Connection, ClientGone);
        }
        if (x.Server is not null || x.Error is not null)
            _context.Watch.Ended(x);
        x.Return(Interlocked.Exchange(ref _leaving, null));
    }

    /// <summary>Puts the answer into the form that the client expects. <see langword="false"/>: it expects none.</summary>
    private bool Finish(Exchange x)
    {
        if (x.Error is { } error && !x.HasReply)
        {
            Interlocked.Increment(ref _context.Counters.Errors);
            CountError(error.Code);
            LogError(_context.Logger, Id, (int)error.Code, error.Message);
            if (x.Form != ReplyForm.Nothing)
                x.SetReply(ReplyFrames.Create(x.Form, x.View.RequestId, error.ToDocument()));
        }
        if (x.Form == ReplyForm.Nothing || !x.HasReply)
            return false;
        if (x.Form == ReplyForm.Reply && MessageHeader.Read(x.Reply.Span).OpCode == OpCode.Msg)
            x.SetReply(ReplyFrames.ToReply(x.Reply.Span, x.ReplyView));
        if (x.Compressor != CompressorId.Noop)
            x.SetReply(CompressedFrames.Wrap(x.Reply.Memory, x.Compressor));
        return true;
    }

    private void CountError(ErrorCode code)
    {
        if (code == ErrorCode.FailedToSatisfyReadPreference)
            Interlocked.Increment(ref _context.Counters.SelectionErrors);
        else if (code == ErrorCode.IngressRequestRateLimitExceeded)
            Interlocked.Increment(ref _context.Counters.Overloads);
    }

    private IntakeResult Refuse(Exchange x, out string? reason)
    {
        reason =
            MustLogIn ? $"it sent a message of {x.Request.Length} bytes before it logged in"
            : _stalled ? "it stopped in the middle of a message"
            : "it ended in the middle of a message";
        return x.Error is null ? IntakeResult.Close : IntakeResult.Answered;
    }

    /// <summary>
    /// Answers a command that concerns this connection, or one that Weir carries out in parts. Its verdict is always to
    /// deliver, and there so that <see cref="RunAsync"/> has one kind of wait less to keep room for.
    /// </summary>
    private async ValueTask<Verdict> AnswerAsync(Exchange x)
    {
        Interlocked.Increment(ref _context.Counters.LocalAnswers);
        BsonDocument command;
        try
        {
            command = OpMsg.Parse(x.RequestBytes).ToCommand();
        }
        catch (FormatException e)
        {
            x.Error = new WeirError(ErrorCode.InvalidBSON, $"the command is not valid: {e.Message}");
            return Verdict.Deliver;
        }
        try
        {
            await AnswerAsync(x, command);
        }
        catch (OverflowException)
        {
            x.Error = new WeirError(
                ErrorCode.BadValue,
                $"a number in {x.View.Text} is out of its range, or none"
            );
        }
        return Verdict.Deliver;
    }

    private async ValueTask AnswerAsync(Exchange x, BsonDocument command)
    {
        if (x.View.Kind == CommandKind.Hello)
            await AnswerHelloAsync(x, command);
        else if (IsForAdministration(x))
            Answer(x, await AdministerAsync(command));
        else if (x.View.Kind is CommandKind.SaslStart or CommandKind.SaslContinue or CommandKind.Authenticate)
            await AnswerLoginAsync(x, command);
        else if (x.View.Kind == CommandKind.KillCursors)
            Answer(x, await KillCursorsCommand.RunAsync(x, _context.Upstream, _context.Ending));
        else if (x.View.Kind.IsAboutSessions() && !MustLogIn)
            Answer(x, await SessionsCommand.RunAsync(x, command, _context.Upstream, _context.Ending));
        else
            Answer(x, LocalCommands.Answer(x.View.Kind, command, this));
    }

    /// <summary>Whether it asks Weir about itself: a command that a server never sees.</summary>
    private bool IsForAdministration(Exchange x)
    {
        ReadOnlySpan<byte> name = _context.AdminDatabaseName;
        return !name.IsEmpty
            && x.View.Database.Length == name.Length
            && x.View.Database.Of(x.RequestBytes).SequenceEqual(name);
    }

    private async ValueTask<BsonDocument> AdministerAsync(BsonDocument command) =>
        AdminDatabase.Admits(Identity, _context.Settings.EndPoint)
            ? await _context.AdminDatabase.AnswerAsync(command, _context.Ending)
            : new WeirError(
                ErrorCode.Unauthorized,
                $"the database {_context.Settings.AdminDatabase} is for users with the admin role, and for anybody on a listener on loopback that nobody has to log in to"
            ).ToDocument();

    private static void Answer(Exchange x, BsonDocument document)
    {
        if (x.Form != ReplyForm.Nothing)
            x.SetReply(ReplyFrames.Create(x.Form, x.View.RequestId, document));
    }
}
