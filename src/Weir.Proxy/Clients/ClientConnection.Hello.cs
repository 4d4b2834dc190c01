using Weir.Pooling;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Hello;

namespace Weir.Proxy.Clients;

/// <summary>hello: at once, after a wait for something new, or again and again.</summary>
internal sealed partial class ClientConnection
{
    /// <summary>A stream without any wait between its hellos would keep a processor busy for one client.</summary>
    private static readonly TimeSpan ShortestAwait = TimeSpan.FromMilliseconds(10);

    private async ValueTask AnswerHelloAsync(Exchange x, BsonDocument command)
    {
        HelloRequest hello = HelloRequest.Parse(command);
        if (++Hellos == 2)
            _context.Groups.Monitor(this);
        if (hello.Client is { } metadata && Group is { HasMetadata: true })
        {
            x.Error = new WeirError(
                ErrorCode.ClientMetadataCannotBeMutated,
                "the client metadata document may only be sent in the first hello"
            );
            return;
        }
        if (Group is null || hello.Client is not null)
            _context.Groups.Join(this, hello.Client, hello.LoadBalanced);
        if (!_context.Hello.IsInformed)
            await WaitUntilInformedAsync();

        bool streams =
            x.Form == ReplyForm.Msg
            && (x.View.Flags & OpMsgFlags.ExhaustAllowed) != 0
            && hello is { TopologyVersion: not null, MaxAwaitTime: not null };
        if (streams)
        {
            await StreamHelloAsync(x, hello);
            return;
        }
        if (hello.MaxAwaitTime is { } time && _context.Hello.IsUpToDate(hello) && !await WaitAsync(time))
            return;
        BsonDocument reply = _context.Hello.Answer(hello, Id, LocalEndPoint);
        AddLogin(reply, command);
        Answer(x, reply);
    }

    /// <summary>
    /// Sends hellos, each after its time, until the client goes: a driver's monitor asks once and listens. Each
    /// answers the one before it, as the protocol wants of a stream.
    /// </summary>
    private async ValueTask StreamHelloAsync(Exchange x, HelloRequest hello)
    {
        int responseTo = x.View.RequestId;
        TimeSpan time = hello.MaxAwaitTime!.Value;
        if (time < ShortestAwait)
            time = ShortestAwait;
        bool wait = _context.Hello.IsUpToDate(hello);
        x.SetRequest(default);
        while (true)
        {
            if (wait && !await WaitAsync(time))
                return;
            wait = true;
            int requestId = ReplyFrames.NextRequestId();
            BsonDocument answer = _context.Hello.Answer(hello, Id, LocalEndPoint);
            x.SetReply(
                ReplyFrames.Create(ReplyForm.Msg, responseTo, answer, OpMsgFlags.MoreToCome, requestId)
            );
            bool sent = await DeliverAsync(x.Reply.Memory);
            x.DropReply();
            if (!sent)
                return;
            responseTo = requestId;
        }
    }

    /// <summary>Waits so long; <see langword="false"/>: the client went meanwhile, or is being closed.</summary>
    private async ValueTask<bool> WaitAsync(TimeSpan time)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Volatile.Write(ref _goneSignal, gone);
        _channel.WatchPeer(PeerGone, this);
        if (_gone || _state == ClientState.Closing)
            gone.TrySetResult();
        try
        {
            await gone.Task.WaitAsync(time, _context.Time);
            return false;
        }
        catch (TimeoutException)
        {
            return true;
        }
        finally
        {
            Volatile.Write(ref _goneSignal, null);
            _channel.WatchPeer(null, null);
        }
    }

    /// <summary>
    /// Gives the monitors a moment to find a server, so that a driver that connects together with Weir's start
    /// hears the truth. Only then: a deployment that stays away is answered for at once.
    /// </summary>
    private async ValueTask WaitUntilInformedAsync()
    {
        TimeSpan left = _context.Limits.HelloWait - _context.Time.GetElapsedTime(_context.StartedAt);
        if (left <= TimeSpan.Zero)
            return;
        try
        {
            await _context.Upstream.Deployment.SelectServerAsync(
                ReadPreference.Nearest,
                write: false,
                Deadline.After(left, _context.Time),
                _context.Ending
            );
        }
        catch (Exception e) when (UpstreamFailure.IsExpected(e)) { }
    }
}
