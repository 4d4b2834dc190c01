using System.Text;
using System.Text.Unicode;

namespace Weir.Protocol.Bson;

/// <summary>Strict UTF-8 both ways.</summary>
internal static class BsonText
{
    private static readonly UTF8Encoding s_strict = new(false, throwOnInvalidBytes: true);

    public static string Decode(ReadOnlySpan<byte> utf8)
    {
        try
        {
            return s_strict.GetString(utf8);
        }
        catch (DecoderFallbackException e)
        {
            throw new BsonFormatException("Text is not valid UTF-8.", e);
        }
    }

    public static void Check(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
        {
            throw new BsonFormatException("Text is not valid UTF-8.");
        }
    }

    public static int MaxLength(int characters) => s_strict.GetMaxByteCount(characters);

    /// <exception cref="ArgumentException">The text has half a surrogate pair, which UTF-8 can't say.</exception>
    public static int Encode(string text, Span<byte> destination) => s_strict.GetBytes(text, destination);
}
