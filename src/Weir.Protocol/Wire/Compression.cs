using System.IO.Compression;
using IronSnappy;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Wire;

/// <summary>The compressors themselves.</summary>
internal static class Compression
{
    /// <summary>How many bytes so many compressed ones can expand to at most.</summary>
    public static long MostFrom(CompressorId compressor, int compressedLength) =>
        compressor switch
        {
            // Deflate's best is 258 bytes for 2 bits; Snappy's is 64 bytes for 3 bytes.
            CompressorId.Zlib => 1032L * compressedLength,
            CompressorId.Snappy => 22L * compressedLength,
            _ => compressedLength,
        };

    public static void Compress(
        CompressorId compressor,
        int zlibLevel,
        ReadOnlySpan<byte> content,
        BsonBuffer output
    )
    {
        switch (compressor)
        {
            case CompressorId.Noop:
                output.Write(content);
                break;
            case CompressorId.Snappy:
                output.Write(Snappy.Encode(content));
                break;
            case CompressorId.Zlib:
                var options = new ZLibCompressionOptions { CompressionLevel = zlibLevel };
                using (var zlib = new ZLibStream(new BufferStream(output), options))
                {
                    zlib.Write(content);
                }

                break;
            default:
                throw new NotSupportedException($"Compressor {compressor} is not supported.");
        }
    }

    /// <summary>Fills exactly the destination.</summary>
    public static void Expand(CompressorId compressor, ReadOnlySpan<byte> content, Span<byte> destination)
    {
        var isExact = compressor switch
        {
            CompressorId.Snappy => ExpandSnappy(content, destination),
            CompressorId.Zlib => ExpandZlib(content, destination),
            _ => content.Length == destination.Length && content.TryCopyTo(destination),
        };
        if (!isExact)
        {
            throw new WireFormatException(
                $"An OP_COMPRESSED does not hold the {destination.Length} bytes that it announces."
            );
        }
    }

    private static bool ExpandSnappy(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        // The library makes room for what the content itself says, so that has to be the announced size.
        if (ReadSnappyLength(content) != destination.Length)
        {
            return false;
        }

        try
        {
            Snappy.Decode(content).CopyTo(destination);
            return true;
        }
        catch (Exception e) when (e is IOException or ArgumentException or IndexOutOfRangeException)
        {
            throw new WireFormatException("The content of an OP_COMPRESSED is not valid Snappy.", e);
        }
    }

    /// <summary>The number in 7 bits a byte, lowest first, that Snappy content begins with; -1 when it is none.</summary>
    private static long ReadSnappyLength(ReadOnlySpan<byte> content)
    {
        long length = 0;
        for (var i = 0; i < content.Length && i < 5; i++)
        {
            length |= (long)(content[i] & 0x7F) << (7 * i);
            if (content[i] < 0x80)
            {
                return length;
            }
        }

        return -1;
    }

    private static unsafe bool ExpandZlib(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        if (content.IsEmpty)
        {
            return false;
        }

        try
        {
            fixed (byte* bytes = content)
            {
                using var source = new UnmanagedMemoryStream(bytes, content.Length);
                using var zlib = new ZLibStream(source, CompressionMode.Decompress);
                return zlib.ReadAtLeast(destination, destination.Length, throwOnEndOfStream: false)
                        == destination.Length
                    && zlib.ReadByte() < 0;
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException)
        {
            throw new WireFormatException("The content of an OP_COMPRESSED is not valid zlib.", e);
        }
    }
}
