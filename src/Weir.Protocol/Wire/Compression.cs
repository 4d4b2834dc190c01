using System.IO.Compression;
using Snappier;
using Weir.Protocol.Bson;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace Weir.Protocol.Wire;

/// <summary>The compressors themselves.</summary>
internal static class Compression
{
    // Each has some memory of its own, and is for one thread at a time.
    [ThreadStatic]
    private static Compressor? t_compressor;

    [ThreadStatic]
    private static Decompressor? t_decompressor;

    /// <summary>How many bytes so many compressed ones can expand to at most.</summary>
    public static long MostFrom(CompressorId compressor, int compressedLength) =>
        compressor switch
        {
            // Deflate's best is 258 bytes for 2 bits; Snappy's is 64 bytes for 3 bytes.
            CompressorId.Zlib => 1032L * compressedLength,
            CompressorId.Snappy => 22L * compressedLength,
            // A block of the largest size that repeats one byte takes four.
            CompressorId.Zstd => 32_768L * compressedLength,
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
                var room = output.Claim(Snappy.GetMaxCompressedLength(content.Length));
                output.Unclaim(room.Length - Snappy.Compress(content, room));
                break;
            case CompressorId.Zstd:
                var bound = output.Claim(Compressor.GetCompressBound(content.Length));
                t_compressor ??= new Compressor();
                output.Unclaim(bound.Length - t_compressor.Wrap(content, bound));
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
            CompressorId.Zstd => ExpandZstd(content, destination),
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
        try
        {
            return Snappy.GetUncompressedLength(content) == destination.Length
                && Snappy.Decompress(content, destination) == destination.Length;
        }
        catch (Exception e) when (e is InvalidDataException or ArgumentException)
        {
            throw new WireFormatException("The content of an OP_COMPRESSED is not valid Snappy.", e);
        }
    }

    private static bool ExpandZstd(ReadOnlySpan<byte> content, Span<byte> destination)
    {
        try
        {
            t_decompressor ??= new Decompressor();
            return !content.IsEmpty && t_decompressor.Unwrap(content, destination) == destination.Length;
        }
        catch (ZstdException e) when (e.Code == ZSTD_ErrorCode.ZSTD_error_dstSize_tooSmall)
        {
            return false;
        }
        catch (ZstdException e)
        {
            throw new WireFormatException("The content of an OP_COMPRESSED is not valid zstd.", e);
        }
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
