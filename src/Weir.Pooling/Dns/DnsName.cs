using System.Buffers;
using System.Text;

namespace Weir.Pooling.Dns;

/// <summary>Names as DNS messages carry them: labels with their lengths before them.</summary>
internal static class DnsName
{
    /// <summary>The longest name on the wire, the closing zero included.</summary>
    public const int LongestOnWire = 255;

    private const int LongestLabel = 63;

    /// <summary>Writes a name.</summary>
    /// <exception cref="DnsFormatException">No message can carry it.</exception>
    public static void Write(IBufferWriter<byte> output, string name)
    {
        var length = 1;
        foreach (var label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > LongestLabel)
            {
                throw new DnsFormatException(
                    $"a part of a DNS name has 1 to {LongestLabel} characters, not {label.Length}"
                );
            }
            if (!Ascii.IsValid(label))
            {
                throw new DnsFormatException(
                    "a DNS name is ASCII: write other letters as Punycode (xn--...)"
                );
            }
            length += label.Length + 1;
            var span = output.GetSpan(label.Length + 1);
            span[0] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, span[1..]);
            output.Advance(label.Length + 1);
        }
        if (length > LongestOnWire)
        {
            throw new DnsFormatException($"a DNS name has at most {LongestOnWire - 2} characters");
        }
        output.Write((ReadOnlySpan<byte>)[0]);
    }

    /// <summary>
    /// Adds a label to the text of a name. What is no plain character is written as its number (<c>\007</c>), so
    /// that neither a dot within a label nor a control character is taken for anything else.
    /// </summary>
    public static void AppendLabel(StringBuilder text, ReadOnlySpan<byte> label)
    {
        if (text.Length > 0)
        {
            text.Append('.');
        }
        foreach (var b in label)
        {
            if (b is > 0x20 and < 0x7f and not (byte)'.' and not (byte)'\\')
            {
                text.Append(char.ToLowerInvariant((char)b));
            }
            else
            {
                text.Append('\\').Append($"{b:d3}");
            }
        }
    }
}
