using System.Net;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Sandbox.Server;

/// <summary>
/// A client's connection: one request at a time, in the order they came. Belongs to its channel's loop; what other
/// threads may read ($currentOp) is set once or atomically.
/// </summary>
internal sealed class ClientConnection(MemberServer member, Channel channel, long id)
{
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Operation? current;
    private int lastReplyId;

    public long Id { get; } = id;

    public MemberServer Member { get; } = member;

    public Channel Channel { get; } = channel;

    /// <summary>What the first hello told; null before it, or when it told nothing.</summary>
    public ClientMetadata? Metadata { get; set; }

    public string AppName => Metadata?.AppName ?? "";

    /// <summary>A first hello was answered: from then on the client cannot introduce itself again.</summary>
    public bool IsIntroduced { get; set; }

    /// <summary>A hello is answered again and again; its repetitions carry the client metadata once more.</summary>
    public bool IsStreamingHello { get; set; }

    public Authentication Authentication { get; } = new();

    /// <summary>Completes when the connection is no longer counted.</summary>
    public Task Ended => ended.Task;

    public Operation? Current => Volatile.Read(ref current);

    public string Remote => (Channel.RemoteEndPoint as IPEndPoint)?.ToString() ?? $"in-memory:{Id}";

    public void MarkEnded() => ended.TrySetResult();

    /// <summary>Serves until the client leaves or breaks the protocol.</summary>
    public async Task RunAsync()
    {
        using var reader = new FrameReader(Channel, ServerLimits.MaxMessageSize);
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.Outcome != FrameOutcome.Frame || Parse(read.Frame) is not { } request)
            {
                break;
            }

            IsStreamingHello = false;
            if (!await ServeAsync(request))
            {
                break;
            }
        }
    }

    /// <summary>The request, or null for garbage: that ends this connection and no other.</summary>
    private Request? Parse(Frame frame)
    {
        Member.Traffic.Received(frame.Length);
        try
        {
            return RequestParser.Parse(frame.Span);
        }
        catch (FormatException)
        {
            return null;
        }
        finally
        {
            frame.Return();
        }
    }

    /// <summary>Runs a request and answers it, again and again for an exhaust request; false ends the connection.</summary>
    private async ValueTask<bool> ServeAsync(Request request)
    {
        var responseTo = request.RequestId;
        while (true)
        {
            var reply = await RunAsync(request);
            if (reply is null || request.IsUnacknowledged)
            {
                return reply is not null;
            }

            var next = request.ExhaustAllowed && !reply.IsError ? reply.Next : null;
            var replyId = ++lastReplyId;
            if (!await SendAsync(request, reply, replyId, responseTo, moreToCome: next is not null))
            {
                return false;
            }

            if (next is null)
            {
                return true;
            }

            request = request with { Body = next };
            responseTo = replyId;
        }
    }

    private async ValueTask<Reply?> RunAsync(Request request)
    {
        using var operation = new Operation(this, Member.NextOperationId(), request, Member.Deployment.Time);
        Volatile.Write(ref current, operation);
        try
        {
            return await Member.Dispatcher.RunAsync(operation);
        }
        finally
        {
            Volatile.Write(ref current, null);
        }
    }

    private async ValueTask<bool> SendAsync(
        Request request,
        Reply reply,
        int replyId,
        int responseTo,
        bool moreToCome
    )
    {
        using var buffer = new ReplyBuffer();
        ReplyWriter.Write(buffer, request, reply, replyId, responseTo, moreToCome);
        Member.Traffic.Sent(buffer.Length);
        return await Channel.SendAsync(buffer.Written);
    }
}
