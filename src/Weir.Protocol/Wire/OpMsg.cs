using System.Buffers.Binary;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>
/// An OP_MSG taken apart in place. Parsing checks the frame: flags, sections, the lengths of all documents, the
/// checksum. What is inside the documents is checked by whoever reads them.
/// </summary>
public readonly ref struct OpMsg
{
    /// <summary>Where the flags stand in a message.</summary>
    public const int FlagsOffset = MessageHeader.Size;

    private const int SectionsOffset = FlagsOffset + 4;
    private const int ChecksumSize = 4;
    private const uint RequiredBits = 0xFFFF;
    private const OpMsgFlags KnownRequired = OpMsgFlags.ChecksumPresent | OpMsgFlags.MoreToCome;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _sectionsEnd;
    private readonly int _bodyLength;

    private OpMsg(
        ReadOnlySpan<byte> message,
        MessageHeader header,
        OpMsgFlags flags,
        int sectionsEnd,
        int bodyOffset,
        int bodyLength
    )
    {
        _message = message;
        Header = header;
        Flags = flags;
        _sectionsEnd = sectionsEnd;
        BodyOffset = bodyOffset;
        _bodyLength = bodyLength;
    }

    public MessageHeader Header { get; }

    public OpMsgFlags Flags { get; }

    /// <summary>Where the body document begins, counted from the start of the message.</summary>
    public int BodyOffset { get; }

    /// <summary>The one document of the section of kind 0: the command or the reply.</summary>
    public ReadOnlySpan<byte> Body => _message.Slice(BodyOffset, _bodyLength);

    /// <summary>The document sequences (sections of kind 1), in order.</summary>
    public OpMsgSequences Sequences => new(_message[SectionsOffset.._sectionsEnd], SectionsOffset);

    /// <summary>The flags of a message whose header was read; none where it is no OP_MSG, or too short to have any.</summary>
    public static OpMsgFlags FlagsOf(MessageHeader header, ReadOnlySpan<byte> message) =>
        header.OpCode == OpCode.Msg && message.Length >= FlagsOffset + sizeof(uint)
            ? (OpMsgFlags)BinaryPrimitives.ReadUInt32LittleEndian(message[FlagsOffset..])
            : OpMsgFlags.None;

    /// <param name="wholeMessage">Exactly one message, header included.</param>
    /// <exception cref="WireFormatException">The bytes are not a valid OP_MSG.</exception>
    public static OpMsg Parse(ReadOnlySpan<byte> wholeMessage)
    {
        var header = MessageHeader.ReadWhole(wholeMessage, OpCode.Msg);
        if (wholeMessage.Length < SectionsOffset)
        {
            throw new WireFormatException("An OP_MSG ends before its flags.");
        }

        var flags = (OpMsgFlags)BinaryPrimitives.ReadUInt32LittleEndian(wholeMessage[FlagsOffset..]);
        var unknown = (uint)(flags & ~KnownRequired) & RequiredBits;
        if (unknown != 0)
        {
            throw new WireFormatException($"An OP_MSG has the unknown flag bits 0x{unknown:X4}.");
        }

        var end = wholeMessage.Length;
        if ((flags & OpMsgFlags.ChecksumPresent) != 0)
        {
            end -= ChecksumSize;
            CheckChecksum(wholeMessage, end);
        }

        var bodyOffset = 0;
        var bodyLength = 0;
        var sections = new OpMsgSections(wholeMessage[..end], SectionsOffset);
        while (sections.Read())
        {
            if (sections.Kind != OpMsgSections.BodyKind)
            {
                continue;
            }

            if (bodyOffset != 0)
            {
                throw new WireFormatException("An OP_MSG has more than one body.");
            }

            bodyOffset = sections.PayloadOffset;
            bodyLength = sections.PayloadLength;
        }

        return bodyOffset != 0
            ? new OpMsg(wholeMessage, header, flags, end, bodyOffset, bodyLength)
            : throw new WireFormatException("An OP_MSG has no body.");
    }

    /// <summary>The body as a tree, with each document sequence as an array under its name.</summary>
    /// <exception cref="BsonFormatException">A document is not valid.</exception>
    /// <exception cref="WireFormatException">A sequence has the name of an element or another sequence.</exception>
    public BsonDocument ToCommand()
    {
        var command = BsonDocument.Parse(Body);
        foreach (var sequence in Sequences)
        {
            var name = BsonText.Decode(sequence.Identifier);
            if (command.Contains(name))
            {
                throw new WireFormatException($"The command has \"{name}\" twice.");
            }

            var array = new BsonArray();
            foreach (var document in sequence)
            {
                array.Add(BsonDocument.Parse(document));
            }

            command.Add(name, array);
        }

        return command;
    }

    private static void CheckChecksum(ReadOnlySpan<byte> message, int end)
    {
        if (end < SectionsOffset)
        {
            throw new WireFormatException("An OP_MSG ends before its checksum.");
        }

        var sent = BinaryPrimitives.ReadUInt32LittleEndian(message[end..]);
        if (Crc32C.Compute(message[..end]) != sent)
        {
            throw new WireFormatException("The checksum of an OP_MSG is wrong.");
        }
    }
}
