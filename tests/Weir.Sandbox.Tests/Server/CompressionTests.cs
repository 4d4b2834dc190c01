using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Sandbox.Tests.Server;

public sealed class CompressionTests
{
    [Theory]
    [InlineData(CompressorId.Zlib)]
    [InlineData(CompressorId.Snappy)]
    [InlineData(CompressorId.Zstd)]
    public async Task A_compressed_request_gets_a_compressed_answer(CompressorId compressor)
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var plain = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(
            plain,
            5,
            0,
            OpMsgFlags.None,
            new BsonDocument { ["buildInfo"] = 1, ["$db"] = "admin" }
        );
        var packed = new ArrayBufferWriter<byte>();
        OpCompressed.Wrap(packed, plain.WrittenSpan, compressor);
        await client.SendBytesAsync(packed.WrittenMemory);
        using var reader = new FrameReader(client.Channel, 48_000_000);
        var read = await reader.ReadAsync();
        var header = MessageHeader.Read(read.Frame.Span);
        Assert.Equal((OpCode.Compressed, 5), (header.OpCode, header.ResponseTo));
        var inner = new ArrayBufferWriter<byte>();
        OpCompressed.Unwrap(inner, read.Frame.Span);
        read.Frame.Return();
        OpMsg.Parse(inner.WrittenSpan).ToCommand().AssertOk();
    }

    [Fact]
    public async Task The_compressors_that_both_know_are_agreed_on()
    {
        await using var deployment = await TestDeployment.StartAsync();
        await using var client = await deployment.ConnectAsync();
        var hello = new BsonDocument
        {
            ["hello"] = 1,
            ["compression"] = new BsonArray { "zstd", "zlib", "snappy" },
        };
        var reply = (await client.RunAsync("admin", hello)).AssertOk();
        Assert.Equal(["zstd", "zlib", "snappy"], reply["compression"].AsArray.Select(name => name.AsString));
    }
}
