namespace Weir.Proxy.Commands;

/// <summary>Where in a message something lies, counted from the message's first byte. Empty: it is not there.</summary>
internal readonly record struct ByteRange(int Offset, int Length)
{
    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Of(ReadOnlySpan<byte> message) => message.Slice(Offset, Length);
}
