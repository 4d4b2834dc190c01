using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Tests.Scripted;

/// <summary>A client that sends and receives messages as they are.</summary>
internal sealed class RawClient(Channel channel) : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly FrameReader _reader = new(channel, 60_000_000);
    private int _requestId = 100;

    public Channel Channel => channel;

    public int LastRequestId => _requestId;

    /// <summary>Sends a command and reads its reply.</summary>
    public async Task<BsonDocument> RunAsync(BsonDocument command, OpMsgFlags flags = OpMsgFlags.None)
    {
        await SendAsync(command, flags);
        return await ReadAsync();
    }

    public async Task SendAsync(BsonDocument command, OpMsgFlags flags = OpMsgFlags.None)
    {
        if (!command.Contains("$db"))
            command["$db"] = "app";
        await SendBytesAsync(Messages.Msg(command, ++_requestId, flags));
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        Assert.True(await channel.SendAsync(bytes));

    /// <summary>The next reply's document, which must answer the last request.</summary>
    public async Task<BsonDocument> ReadAsync(TimeSpan? patience = null)
    {
        byte[] message =
            await ReadMessageAsync(patience) ?? throw new InvalidOperationException("the client was closed");
        MessageHeader header = MessageHeader.Read(message);
        Assert.Equal(_requestId, header.ResponseTo);
        return OpMsg.Parse(message).ToCommand();
    }

    /// <summary>The next message; <see langword="null"/> when the connection was closed.</summary>
    public async Task<byte[]?> ReadMessageAsync(TimeSpan? patience = null)
    {
        FrameRead read = await _reader.ReadAsync().AsTask().WaitAsync(patience ?? Patience);
        if (read.Outcome != FrameOutcome.Frame)
            return null;
        byte[] message = read.Frame.Span.ToArray();
        read.Frame.Return();
        return message;
    }

    /// <summary>Sends a command as OP_QUERY and reads the OP_REPLY.</summary>
    public async Task<BsonDocument> QueryAsync(
        BsonDocument command,
        string ns = "admin.$cmd",
        OpQueryFlags flags = 0
    )
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteQuery(output, ++_requestId, ns, command, flags);
        await SendBytesAsync(output.WrittenMemory);
        byte[] message =
            await ReadMessageAsync() ?? throw new InvalidOperationException("the client was closed");
        OpReply reply = OpReply.Parse(message);
        Assert.Equal(_requestId, reply.Header.ResponseTo);
        return BsonDocument.Parse(reply.Document);
    }

    /// <summary>Goes away as a killed process does.</summary>
    public void Kill() => channel.Abort();

    public async ValueTask DisposeAsync()
    {
        channel.Abort();
        await channel.DisposeAsync();
    }
}
