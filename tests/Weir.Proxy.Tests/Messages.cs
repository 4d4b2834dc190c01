using System.Buffers;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Tests;

/// <summary>Messages for tests, written by the protocol's own writer.</summary>
internal static class Messages
{
    public static byte[] Msg(BsonDocument command, int requestId = 7, OpMsgFlags flags = OpMsgFlags.None)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(output, requestId, 0, flags, command);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Reply(BsonDocument reply, int responseTo, OpMsgFlags flags = OpMsgFlags.None)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(output, 900 + responseTo, responseTo, flags, reply);
        return output.WrittenSpan.ToArray();
    }

    public static byte[] Query(BsonDocument command, string ns, int requestId = 7, OpQueryFlags flags = 0)
    {
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteQuery(output, requestId, ns, command, flags);
        return output.WrittenSpan.ToArray();
    }

    /// <summary>A message with its request id, which is Weir's own on the way to a server, set to 0.</summary>
    public static byte[] WithoutId(byte[] message)
    {
        byte[] copy = [.. message];
        RequestPatch.RequestId(copy, 0);
        return copy;
    }

    public static CommandView Scan(BsonDocument command, OpMsgFlags flags = OpMsgFlags.None)
    {
        CommandScanner.Scan(Msg(command, flags: flags), out CommandView view);
        return view;
    }

    public static BsonDocument Lsid(byte seed) =>
        new() { ["id"] = new BsonBinary(BsonBinary.Uuid, [.. Enumerable.Repeat(seed, 16)]) };
}
