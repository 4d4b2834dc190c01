using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>One command as it came off the wire, whatever opcode carried it.</summary>
internal sealed record Request
{
    public required int RequestId { get; init; }

    /// <summary>The opcode that asks, inside any compression; the answer uses its counterpart.</summary>
    public required OpCode OpCode { get; init; }

    public OpMsgFlags Flags { get; init; }

    /// <summary>The compressor the request came in; the answer goes out in the same.</summary>
    public CompressorId? Compressor { get; init; }

    public required BsonDocument Body { get; init; }

    public required string Database { get; init; }

    /// <summary>OP_QUERY's flag: the old way to allow reads from a secondary.</summary>
    public bool SecondaryOk { get; init; }

    /// <summary>Why it is answered with an error whatever it asks: its document is broken.</summary>
    public CommandError? Refusal { get; init; }

    /// <summary>The request's length on the wire.</summary>
    public required int Length { get; init; }

    public string Name => Body.Count == 0 ? "" : Body[0].Name;

    /// <summary>The sender wants no answer.</summary>
    public bool IsUnacknowledged => (Flags & OpMsgFlags.MoreToCome) != 0;

    public bool ExhaustAllowed => (Flags & OpMsgFlags.ExhaustAllowed) != 0;
}
