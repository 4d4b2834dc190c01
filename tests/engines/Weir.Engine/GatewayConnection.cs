using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Engine;

/// <summary>A client's connection: one request at a time. What runs for a client that leaves is cancelled.</summary>
internal sealed class GatewayConnection(Gateway gateway, Channel channel, long id)
{
    private bool _hasLeft;

    public Gateway Gateway { get; } = gateway;

    public long Id { get; } = id;

    public string Remote { get; } = channel.RemoteEndPoint?.ToString() ?? "";

    /// <summary>The conversation that is under way or over; null before any.</summary>
    public ScramConversation? Scram { get; set; }

    public string? User => Scram is { IsDone: true } scram ? scram.User : null;

    public async Task RunAsync()
    {
        using var left = new CancellationTokenSource();
        using var reader = new FrameReader(channel, WireLimits.MaxMessageLength);
        while (true)
        {
            var read = await reader.ReadAsync();
            if (read.Outcome != FrameOutcome.Frame || Parse(read.Frame) is not { } request)
            {
                return;
            }

            channel.WatchPeer(Leave, left);
            var body = await AnswerAsync(request, left.Token);
            channel.WatchPeer(null, null);
            if (!request.IsUnacknowledged && !await channel.SendAsync(GatewayReply.ToMessage(request, body)))
            {
                return;
            }
        }
    }

    /// <summary>No connection any more, even while what ran for it is being stopped.</summary>
    public void Leave()
    {
        if (Interlocked.Exchange(ref _hasLeft, true) == false)
        {
            Gateway.Left();
        }
    }

    private void Leave(object? running)
    {
        Leave();
        ((CancellationTokenSource)running!).Cancel();
    }

    private static GatewayRequest? Parse(Frame frame)
    {
        try
        {
            return GatewayRequest.Parse(frame.Span);
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

    private async Task<BsonDocument> AnswerAsync(GatewayRequest request, CancellationToken cancellationToken)
    {
        BsonDocument reply;
        try
        {
            reply = await CommandTable.RunAsync(new Command(this, request, cancellationToken));
        }
        catch (CommandError error)
        {
            reply = error.ToReply();
        }

        // The engine says it as an integer, as true, or not at all; a server always as a double.
        reply["ok"] = !reply.TryGetValue("ok", out var ok) || ok.ToBoolean() ? 1.0 : 0.0;

        var now = Gateway.Clock.Next();
        reply["operationTime"] = now;
        reply["$clusterTime"] = new BsonDocument
        {
            ["clusterTime"] = now,
            ["signature"] = new BsonDocument { ["hash"] = new byte[20], ["keyId"] = 0L },
        };
        return reply;
    }
}
