using System.Runtime.InteropServices;

namespace Weir.Proxy.Commands;

/// <summary>A logical session's id: the 16 bytes of <c>lsid.id</c>. The default value is "no session".</summary>
/// <remarks>
/// Two numbers and not a <see cref="UInt128"/>: no method that comes near one can be compiled ahead of time, and an id is
/// in all that an exchange passes through.
/// </remarks>
internal readonly record struct SessionId(ulong First, ulong Second)
{
    public bool IsNone => (First | Second) == 0;

    public static SessionId Read(ReadOnlySpan<byte> sixteenBytes) =>
        MemoryMarshal.Read<SessionId>(sixteenBytes);

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        MemoryMarshal.Write(bytes, this);
        return bytes;
    }
}
