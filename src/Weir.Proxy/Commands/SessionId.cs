using System.Runtime.InteropServices;

namespace Weir.Proxy.Commands;

/// <summary>A logical session's id: the 16 bytes of <c>lsid.id</c>. The default value is "no session".</summary>
internal readonly record struct SessionId(UInt128 Value)
{
    public bool IsNone => Value == UInt128.Zero;

    public static SessionId Read(ReadOnlySpan<byte> sixteenBytes) =>
        new(MemoryMarshal.Read<UInt128>(sixteenBytes));

    public byte[] ToBytes()
    {
        var bytes = new byte[16];
        MemoryMarshal.Write(bytes, Value);
        return bytes;
    }
}
