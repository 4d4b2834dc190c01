using System.Buffers.Binary;

namespace Weir.Chaos.Tests.Fuzz;

/// <summary>Breaks messages: bits, lengths, pieces that are missing, doubled or foreign.</summary>
internal static class ByteMutation
{
    private static readonly int[] Lengths =
    [
        0,
        1,
        4,
        5,
        15,
        16,
        17,
        255,
        65_536,
        48_000_000,
        48_000_001,
        int.MaxValue,
        int.MinValue,
        -1,
    ];

    public static byte[] Of(byte[] message, Random random)
    {
        byte[] bytes = [.. message];
        int changes = 1 + random.Next(4);
        for (int i = 0; i < changes && bytes.Length > 4; i++)
        {
            int at = random.Next(bytes.Length);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                // Where a length often is: the frame's, the body's, a string's.
                case 2:
                    at = Math.Min(
                        random.Next(3) switch
                        {
                            0 => 0,
                            1 => 21,
                            _ => at,
                        },
                        bytes.Length - 4
                    );
                    int length = Lengths[random.Next(Lengths.Length)];
                    BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(at), length);
                    break;
                case 3:
                    bytes = bytes[..at];
                    break;
                case 4:
                    int count = Math.Min(random.Next(64), bytes.Length - at);
                    bytes = [.. bytes[..at], .. bytes[at..(at + count)], .. bytes[at..]];
                    break;
                case 5:
                    var foreign = new byte[random.Next(64)];
                    random.NextBytes(foreign);
                    bytes = [.. bytes[..at], .. foreign, .. bytes[at..]];
                    break;
                default:
                    bytes.AsSpan(at, Math.Min(random.Next(32), bytes.Length - at)).Clear();
                    break;
            }
        }
        // Mostly the frame is sound again, so that what is in it is looked at.
        if (bytes.Length >= 16 && random.Next(4) != 0)
            BinaryPrimitives.WriteInt32LittleEndian(bytes, bytes.Length);
        return bytes;
    }
}
