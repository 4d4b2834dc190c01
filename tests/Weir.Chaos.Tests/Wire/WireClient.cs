using System.Net;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Chaos.Tests.Wire;

/// <summary>
/// A client that speaks the wire protocol, rightly or wrongly as asked. Its request ids count from 1, so that all
/// clients use the same ones and an id alone tells nobody whose reply it is.
/// </summary>
internal sealed class WireClient(Channel channel) : IAsyncDisposable
{
    private readonly FrameReader _reader = new(channel, 60_000_000);

    public Channel Channel => channel;

    public int LastRequestId { get; private set; }

    public static async Task<WireClient> ConnectAsync(Network network, EndPoint endPoint) =>
        new(
            await network
                .ConnectAsync(endPoint, CancellationToken.None)
                .AsTask()
                .WaitAsync(Eventually.Patience)
        );

    /// <summary>Sends a command and reads its reply, which must be there.</summary>
    public async Task<BsonDocument> RunAsync(BsonDocument command) =>
        await TryRunAsync(command)
        ?? throw new InvalidOperationException($"closed instead of an answer to {command}");

    /// <summary>The same; <see langword="null"/> when the connection was closed instead.</summary>
    public async Task<BsonDocument?> TryRunAsync(BsonDocument command) =>
        await SendAsync(command) ? await ReadAsync(LastRequestId) : null;

    public Task<bool> SendAsync(BsonDocument command, OpMsgFlags flags = OpMsgFlags.None) =>
        SendBytesAsync(Message(command, flags));

    /// <summary>A whole message under the next request id, not sent.</summary>
    public byte[] Message(BsonDocument command, OpMsgFlags flags = OpMsgFlags.None) =>
        Messages.Msg(command, ++LastRequestId, flags);

    public async Task<bool> SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        await channel.SendAsync(bytes).AsTask().WaitAsync(Eventually.Patience);

    /// <summary>
    /// The next reply, which must answer that request; <see langword="null"/> when the connection was closed.
    /// </summary>
    public async Task<BsonDocument?> ReadAsync(int requestId)
    {
        if (await ReadMessageAsync() is not { } message)
            return null;
        MessageHeader header = MessageHeader.Read(message);
        BsonDocument reply = OpMsg.Parse(message).ToCommand();
        return header.ResponseTo == requestId
            ? reply
            : throw new WrongReplyException(
                $"asked {requestId}, got the answer to {header.ResponseTo}: {reply}"
            );
    }

    /// <summary>The next message; <see langword="null"/> when the connection was closed.</summary>
    public async Task<byte[]?> ReadMessageAsync()
    {
        FrameRead read = await _reader.ReadAsync().AsTask().WaitAsync(Eventually.Patience);
        if (read.Outcome != FrameOutcome.Frame)
            return null;
        byte[] message = read.Frame.Span.ToArray();
        read.Frame.Return();
        return message;
    }

    /// <summary>Goes as a killed process does: the peer sees a reset.</summary>
    public void Kill() => channel.Abort();

    /// <summary>Goes in order: what was sent still arrives.</summary>
    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        _reader.Dispose();
    }
}
