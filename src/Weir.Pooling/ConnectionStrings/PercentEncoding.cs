using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Weir.Pooling.ConnectionStrings;

/// <summary>Percent-decoding as RFC 3986 has it: every escape is a byte, and the bytes are UTF-8.</summary>
internal static class PercentEncoding
{
    private static readonly UTF8Encoding StrictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>False when an escape is malformed or the text is not Unicode afterwards.</summary>
    public static bool TryDecode(string text, [NotNullWhen(true)] out string? decoded)
    {
        decoded = null;
        try
        {
            var bytes = StrictUtf8.GetBytes(text);
            var length = 0;
            for (var i = 0; i < bytes.Length; i++)
            {
                var value = bytes[i];
                if (value == (byte)'%')
                {
                    if (i + 2 >= bytes.Length || Hex(bytes[i + 1]) < 0 || Hex(bytes[i + 2]) < 0)
                    {
                        return false;
                    }
                    value = (byte)((Hex(bytes[i + 1]) << 4) | Hex(bytes[i + 2]));
                    i += 2;
                }
                bytes[length++] = value;
            }
            decoded = StrictUtf8.GetString(bytes, 0, length);
            return true;
        }
        catch (ArgumentException)
        {
            // Lone surrogates on the way in, or bytes that are not UTF-8 on the way out.
            return false;
        }
    }

    private static int Hex(byte digit) =>
        char.IsAsciiHexDigit((char)digit) ? Convert.ToInt32(((char)digit).ToString(), 16) : -1;
}
