using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Turns a whole message into a <see cref="Request"/>; anything else is a format error that ends the connection.</summary>
internal static class RequestParser
{
    /// <summary>Where the compressor stands in an OP_COMPRESSED: behind header, opcode and size.</summary>
    private const int CompressorOffset = MessageHeader.Size + 8;

    /// <exception cref="FormatException">The bytes are no request that this server takes.</exception>
    public static Request Parse(ReadOnlySpan<byte> message)
    {
        var header = MessageHeader.Read(message);
        if (header.OpCode != OpCode.Compressed)
        {
            return Parse(message, header.OpCode, compressor: null, message.Length);
        }

        using var plain = new ReplyBuffer();
        OpCompressed.Unwrap(plain, message, ServerLimits.MaxMessageSize);
        var inner = MessageHeader.Read(plain.Written.Span);
        return Parse(
            plain.Written.Span,
            inner.OpCode,
            (CompressorId)message[CompressorOffset],
            message.Length
        );
    }

    private static Request Parse(
        ReadOnlySpan<byte> message,
        OpCode opCode,
        CompressorId? compressor,
        int length
    ) =>
        opCode switch
        {
            OpCode.Msg => ParseMsg(message, compressor, length),
            OpCode.Query => ParseQuery(message, compressor, length),
            _ => throw new WireFormatException(
                $"opcode {(int)opCode} is not served; it was removed in MongoDB 5.1"
            ),
        };

    private static Request ParseMsg(ReadOnlySpan<byte> message, CompressorId? compressor, int length)
    {
        var msg = OpMsg.Parse(message);
        var request = new Request
        {
            RequestId = msg.Header.RequestId,
            OpCode = OpCode.Msg,
            Flags = msg.Flags,
            Compressor = compressor,
            Body = [],
            Database = "",
            Length = length,
        };
        try
        {
            var body = msg.ToCommand();
            return body.TryGetValue("$db", out var database) && database.IsString
                ? request with
                {
                    Body = body,
                    Database = database.AsString,
                }
                : request with
                {
                    Refusal = new CommandError(
                        40571,
                        "Location40571",
                        "OP_MSG requests require a $db argument"
                    ),
                };
        }
        catch (BsonFormatException exception)
        {
            // The frame is sound: the next message will be found.
            return request with { Refusal = new CommandError(22, "InvalidBSON", exception.Message) };
        }
    }

    private static Request ParseQuery(ReadOnlySpan<byte> message, CompressorId? compressor, int length)
    {
        const int secondaryOk = 4;
        const string commands = ".$cmd";
        var query = OpQuery.Parse(message);
        var collection = query.FullCollectionName;
        if (!collection.EndsWith(commands, StringComparison.Ordinal))
        {
            throw new WireFormatException(
                "OP_QUERY is served for commands only; finds by it were removed in MongoDB 5.1"
            );
        }

        var body = BsonDocument.Parse(query.Query);
        if (body.TryGetValue("$query", out var wrapped) && wrapped.IsDocument)
        {
            var preference = body.GetValueOrDefault("$readPreference");
            body = wrapped.AsDocument;
            if (preference.IsDocument)
            {
                body["$readPreference"] = preference;
            }
        }

        return new Request
        {
            RequestId = query.Header.RequestId,
            OpCode = OpCode.Query,
            Compressor = compressor,
            Body = body,
            Database = collection[..^commands.Length],
            SecondaryOk = ((int)query.Flags & secondaryOk) != 0,
            Length = length,
        };
    }
}
