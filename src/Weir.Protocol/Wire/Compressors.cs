namespace Weir.Protocol.Wire;

/// <summary>The compressors by the names that the handshake gives them.</summary>
public static class Compressors
{
    /// <summary>Whether messages can be compressed and expanded with it here.</summary>
    public static bool IsSupported(CompressorId compressor) =>
        compressor is CompressorId.Noop or CompressorId.Snappy or CompressorId.Zlib or CompressorId.Zstd;

    /// <summary>The name in a handshake.</summary>
    public static string GetName(CompressorId compressor) =>
        compressor switch
        {
            CompressorId.Noop => "noop",
            CompressorId.Snappy => "snappy",
            CompressorId.Zlib => "zlib",
            CompressorId.Zstd => "zstd",
            _ => throw new ArgumentOutOfRangeException(nameof(compressor), compressor, "No such compressor."),
        };

    /// <summary>The compressor of a name in a handshake; noop, which is for tests, is not one.</summary>
    public static bool TryParse(string name, out CompressorId compressor)
    {
        compressor = name switch
        {
            "snappy" => CompressorId.Snappy,
            "zlib" => CompressorId.Zlib,
            "zstd" => CompressorId.Zstd,
            _ => CompressorId.Noop,
        };
        return compressor != CompressorId.Noop;
    }
}
