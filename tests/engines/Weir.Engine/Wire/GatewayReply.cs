using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Engine;

/// <summary>Answers in the opcode that was asked, compressed where the request was.</summary>
internal static class GatewayReply
{
    public static ReadOnlyMemory<byte> ToMessage(GatewayRequest request, BsonDocument body)
    {
        var plain = new ArrayBufferWriter<byte>();
        if (request.OpCode == OpCode.Query)
        {
            MessageWriter.WriteReply(plain, 0, request.RequestId, body);
        }
        else
        {
            MessageWriter.WriteMsg(plain, 0, request.RequestId, OpMsgFlags.None, body);
        }

        if (request.Compressor is not { } compressor)
        {
            return plain.WrittenMemory;
        }

        var compressed = new ArrayBufferWriter<byte>();
        OpCompressed.Wrap(compressed, plain.WrittenSpan, compressor);
        return compressed.WrittenMemory;
    }
}
