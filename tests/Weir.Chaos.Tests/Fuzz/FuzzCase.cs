using System.Buffers;
using System.Buffers.Binary;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Chaos.Tests.Fuzz;

/// <summary>
/// What one hostile client does: messages, how they are cut into pieces, and how it goes. Made of a seed and a number
/// only, so that these two repeat it.
/// </summary>
internal sealed class FuzzCase
{
    private const int MaxMessages = 6;

    public FuzzCase(int seed, int number)
    {
        var random = new Random(unchecked((seed * 1_000_003) + number));
        Messages = [.. Enumerable.Range(0, 1 + random.Next(MaxMessages)).Select(_ => Message(random))];
        // Large pieces mostly; a byte at a time makes a case slow, and finds what it finds in short messages.
        PieceLength = random.Next(8) == 0 ? 1 + random.Next(40) : int.MaxValue;
        Ending = (FuzzEnding)random.Next(3);
        IntroducesItself = random.Next(3) != 0;
    }

    public IReadOnlyList<byte[]> Messages { get; }

    public int PieceLength { get; }

    public FuzzEnding Ending { get; }

    /// <summary>Whether a proper hello goes ahead, which agrees on compression.</summary>
    public bool IntroducesItself { get; }

    private static byte[] Message(Random random)
    {
        byte[] message = random.Next(12) switch
        {
            0 => Query(random),
            1 => Msg(DocumentMutation.Of(FuzzCorpus.Hello(), random), random),
            2 => Msg(DocumentMutation.Of(FuzzCorpus.SaslStart("admin"), random), random),
            3 => Msg(DocumentMutation.Of(FuzzCorpus.SaslContinue(random), random), random),
            4 => Bomb(random),
            5 or 6 => Compressed(
                Msg(DocumentMutation.Of(FuzzCorpus.Command(random), random), random),
                random
            ),
            7 => Sections(random),
            _ => Msg(DocumentMutation.Of(FuzzCorpus.Command(random), random), random),
        };
        return random.Next(2) == 0 ? message : ByteMutation.Of(message, random);
    }

    private static byte[] Msg(BsonDocument command, Random random)
    {
        OpMsgFlags flags = random.Next(6) switch
        {
            0 => OpMsgFlags.MoreToCome,
            1 => OpMsgFlags.ChecksumPresent,
            2 => OpMsgFlags.ChecksumPresent | OpMsgFlags.MoreToCome,
            _ => OpMsgFlags.None,
        };
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(output, random.Next(), 0, flags, command);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Query(Random random)
    {
        BsonDocument command = DocumentMutation.Of(
            random.Next(2) == 0 ? FuzzCorpus.Hello() : FuzzCorpus.Command(random),
            random
        );
        string name = random.Next(4) switch
        {
            0 => "app.things",
            1 => "",
            2 => ".$cmd",
            _ => "admin.$cmd",
        };
        var output = new ArrayBufferWriter<byte>();
        MessageWriter.WriteQuery(output, random.Next(), name, command, (OpQueryFlags)random.Next(512));
        return output.WrittenSpan.ToArray();
    }

    private static byte[] Sections(Random random)
    {
        byte[] document = DocumentMutation.Of(FuzzCorpus.Command(random), random).ToBytes();
        List<byte> sections = [];
        int count = random.Next(5);
        for (int i = 0; i < count; i++)
        {
            sections.AddRange(
                random.Next(2) == 0
                    ? Wire.Messages.Body(document)
                    : Wire.Messages.Sequence(random.Next(2) == 0 ? "documents" : "", document)
            );
        }
        return Wire.Messages.Sections((uint)(random.Next(4) == 0 ? random.Next() : 0), [.. sections]);
    }

    /// <summary>A few bytes that say that they are, or really are, a great many.</summary>
    private static byte[] Bomb(Random random)
    {
        // The real ones are of a few sizes: making a large one takes longer than refusing it.
        byte[] bytes = Compressed(
            Wire.Messages.Frame((int)OpCode.Msg, new byte[1 << random.Next(4, 22)]),
            random
        );
        if (random.Next(2) == 0 && bytes.Length > 24)
        {
            int says = random.Next(4) switch
            {
                0 => int.MaxValue,
                1 => 48_000_000,
                2 => -1,
                _ => random.Next(100),
            };
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(MessageHeader.Size + 4), says);
        }
        return bytes;
    }

    private static byte[] Compressed(byte[] message, Random random)
    {
        var output = new ArrayBufferWriter<byte>();
        OpCompressed.Wrap(output, message, (CompressorId)random.Next(1, 4));
        byte[] bytes = output.WrittenSpan.ToArray();
        // The opcode within, and the compressor.
        if (random.Next(4) == 0)
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(MessageHeader.Size), random.Next(3_000));
        if (random.Next(4) == 0)
            bytes[MessageHeader.Size + 8] = (byte)random.Next(5);
        return bytes;
    }
}
