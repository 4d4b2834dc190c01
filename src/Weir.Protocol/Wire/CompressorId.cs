namespace Weir.Protocol.Wire;

/// <summary>How the message inside an OP_COMPRESSED is compressed.</summary>
public enum CompressorId : byte
{
    Noop = 0,
    Snappy = 1,
    Zlib = 2,
    Zstd = 3,
}
