namespace Weir.Protocol.Bson;

/// <summary>
/// Text given to <see cref="BsonWriter"/> either as UTF-8 bytes (which costs nothing) or as a string:
/// <c>writer.WriteInt32("ok"u8, 1)</c> and <c>writer.WriteInt32("ok", 1)</c> are the same.
/// </summary>
public readonly ref struct Utf8Text
{
    private Utf8Text(ReadOnlySpan<byte> utf8) => Utf8 = utf8;

    private Utf8Text(string text) => Text = text;

    internal ReadOnlySpan<byte> Utf8 { get; }

    internal string? Text { get; }

    public static Utf8Text FromUtf8(ReadOnlySpan<byte> utf8) => new(utf8);

    public static Utf8Text FromString(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return new Utf8Text(text);
    }

    public static implicit operator Utf8Text(ReadOnlySpan<byte> utf8) => FromUtf8(utf8);

    public static implicit operator Utf8Text(string text) => FromString(text);
}
