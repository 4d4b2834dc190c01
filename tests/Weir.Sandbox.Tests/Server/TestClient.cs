using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Sandbox.Tests.Server;

/// <summary>A client that speaks the wire protocol by hand.</summary>
internal sealed class TestClient(Channel channel) : IAsyncDisposable
{
    private readonly FrameReader reader = new(channel, 48_000_000);
    private int lastRequest;

    public Channel Channel => channel;

    public int LastRequest => lastRequest;

    public static async Task<TestClient> ConnectAsync(Network network, SandboxMember member) =>
        new(await network.ConnectAsync(member.EndPoint, CancellationToken.None));

    /// <summary>Sends a command and reads its answer.</summary>
    public async Task<BsonDocument> RunAsync(string database, BsonDocument command)
    {
        await SendAsync(database, command);
        return await ReadAsync();
    }

    public async Task SendAsync(string database, BsonDocument command, OpMsgFlags flags = OpMsgFlags.None)
    {
        var body = command.Clone();
        body["$db"] = database;
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(buffer, ++lastRequest, 0, flags, body);
        await SendBytesAsync(buffer.WrittenMemory);
    }

    public async Task SendQueryAsync(string database, BsonDocument command)
    {
        var buffer = new ArrayBufferWriter<byte>();
        MessageWriter.WriteQuery(buffer, ++lastRequest, $"{database}.$cmd", command);
        await SendBytesAsync(buffer.WrittenMemory);
    }

    public async Task SendBytesAsync(ReadOnlyMemory<byte> bytes) =>
        Assert.True(await channel.SendAsync(bytes));

    /// <summary>Reads one OP_MSG answer.</summary>
    public async Task<BsonDocument> ReadAsync() => (await ReadMessageAsync()).Body;

    public async Task<(MessageHeader Header, OpMsgFlags Flags, BsonDocument Body)> ReadMessageAsync()
    {
        var read = await reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(FrameOutcome.Frame, read.Outcome);
        try
        {
            var message = OpMsg.Parse(read.Frame.Span);
            return (message.Header, message.Flags, message.ToCommand());
        }
        finally
        {
            read.Frame.Return();
        }
    }

    /// <summary>Reads one OP_REPLY answer.</summary>
    public async Task<BsonDocument> ReadReplyAsync()
    {
        var read = await reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(FrameOutcome.Frame, read.Outcome);
        try
        {
            return BsonDocument.Parse(OpReply.Parse(read.Frame.Span).Document);
        }
        finally
        {
            read.Frame.Return();
        }
    }

    /// <summary>The server closed the connection.</summary>
    public async Task AssertClosedAsync()
    {
        var read = await reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30));
        Assert.NotEqual(FrameOutcome.Frame, read.Outcome);
    }

    public async ValueTask DisposeAsync()
    {
        await channel.DisposeAsync();
        reader.Dispose();
    }
}
