using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Engine;

/// <summary>One command as it came off the wire, whatever opcode carried it.</summary>
internal sealed record GatewayRequest(
    int RequestId,
    OpCode OpCode,
    CompressorId? Compressor,
    bool IsUnacknowledged,
    string Database,
    BsonDocument Body
)
{
    private const int CompressorOffset = MessageHeader.Size + 8;

    public string Name => Body.Count == 0 ? "" : Body[0].Name;

    /// <exception cref="FormatException">The bytes are no request: the connection ends.</exception>
    public static GatewayRequest Parse(ReadOnlySpan<byte> message)
    {
        var header = MessageHeader.Read(message);
        if (header.OpCode != OpCode.Compressed)
        {
            return Parse(message, header.OpCode, null);
        }

        var plain = new ArrayBufferWriter<byte>();
        OpCompressed.Unwrap(plain, message);
        var inner = MessageHeader.Read(plain.WrittenSpan).OpCode;
        return Parse(plain.WrittenSpan, inner, (CompressorId)message[CompressorOffset]);
    }

    private static GatewayRequest Parse(ReadOnlySpan<byte> message, OpCode opCode, CompressorId? compressor)
    {
        if (opCode == OpCode.Query)
        {
            var query = OpQuery.Parse(message);
            var database = query.FullCollectionName.Split('.')[0];
            var command = BsonDocument.Parse(query.Query);
            return new(query.Header.RequestId, opCode, compressor, false, database, command);
        }

        var msg = OpMsg.Parse(message);
        var body = msg.ToCommand();
        var unacknowledged = (msg.Flags & OpMsgFlags.MoreToCome) != 0;
        return new(msg.Header.RequestId, opCode, compressor, unacknowledged, body["$db"].AsString, body);
    }
}
