using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using Weir.Protocol.Bson;

namespace Weir.Sync.Verification;

/// <summary>
/// 128 bits of SHA-256 over a document's fields, its <c>_id</c> first wherever it stands (servers move it there), or
/// left out where it is not the key. For one caller.
/// </summary>
internal sealed class DocumentHash(bool leavesIdOut)
{
    private readonly ArrayBufferWriter<byte> _fields = new();
    private readonly byte[] _hash = new byte[SHA256.HashSizeInBytes];

    public UInt128 Of(ReadOnlySpan<byte> document)
    {
        SHA256.HashData(Fields(document), _hash);
        return BinaryPrimitives.ReadUInt128LittleEndian(_hash);
    }

    // Without the document's length and its last zero.
    private ReadOnlySpan<byte> Fields(ReadOnlySpan<byte> document)
    {
        var id = new BsonReader(document);
        var isThere = id.Find("_id"u8);
        if (!isThere || (id.ElementOffset == 4 && !leavesIdOut))
        {
            return document[4..^1];
        }
        _fields.ResetWrittenCount();
        if (!leavesIdOut)
        {
            _fields.Write(document[id.ElementOffset..id.EndOffset]);
        }
        _fields.Write(document[4..id.ElementOffset]);
        _fields.Write(document[id.EndOffset..^1]);
        return _fields.WrittenSpan;
    }
}
