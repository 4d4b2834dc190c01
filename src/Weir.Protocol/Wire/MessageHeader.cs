using System.Buffers.Binary;

namespace Weir.Protocol.Wire;

/// <summary>The 16 bytes every message begins with; the length counts them.</summary>
public readonly record struct MessageHeader(int Length, int RequestId, int ResponseTo, OpCode OpCode)
{
    /// <summary>The length of the header itself.</summary>
    public const int Size = 16;

    /// <summary>Reads the header at the start of the bytes, judging nothing in it.</summary>
    /// <exception cref="WireFormatException">There are fewer than 16 bytes.</exception>
    public static MessageHeader Read(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Size
            ? new MessageHeader(
                BinaryPrimitives.ReadInt32LittleEndian(bytes),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]),
                BinaryPrimitives.ReadInt32LittleEndian(bytes[8..]),
                (OpCode)BinaryPrimitives.ReadInt32LittleEndian(bytes[12..])
            )
            : throw new WireFormatException(
                $"A message has at least {Size} bytes; there are {bytes.Length}."
            );

    /// <summary>Reads the header of bytes that are one whole message of the given kind.</summary>
    internal static MessageHeader ReadWhole(ReadOnlySpan<byte> message, OpCode expected)
    {
        var header = Read(message);
        if (header.Length != message.Length)
        {
            throw new WireFormatException(
                $"The message says it has {header.Length} bytes; there are {message.Length}."
            );
        }

        return header.OpCode == expected
            ? header
            : throw new WireFormatException($"The message is {header.OpCode}, not {expected}.");
    }

    public void Write(Span<byte> destination)
    {
        BinaryPrimitives.WriteInt32LittleEndian(destination, Length);
        BinaryPrimitives.WriteInt32LittleEndian(destination[4..], RequestId);
        BinaryPrimitives.WriteInt32LittleEndian(destination[8..], ResponseTo);
        BinaryPrimitives.WriteInt32LittleEndian(destination[12..], (int)OpCode);
    }
}
