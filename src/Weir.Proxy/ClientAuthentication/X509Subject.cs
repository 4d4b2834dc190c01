using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// The subjects of certificates in a form that can be compared: how a certificate encodes its texts, and how people space
/// them, does not count; the order does.
/// </summary>
internal static class X509Subject
{
    /// <summary>The canonical form of a subject as people write it; <see langword="null"/> when it is none.</summary>
    public static string? Parse(string text)
    {
        try
        {
            return text.Length == 0 ? null : Of(new X500DistinguishedName(text));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    /// <summary>The canonical form; <see langword="null"/> when it has parts of several values, which can't be mapped.</summary>
    public static string? Of(X500DistinguishedName subject)
    {
        var text = new StringBuilder();
        try
        {
            foreach (X500RelativeDistinguishedName part in subject.EnumerateRelativeDistinguishedNames())
            {
                if (part.HasMultipleElements)
                    return null;
                string value = part.GetSingleElementValue() ?? "";
                // With its length before it, no value can be taken for two parts.
                text.Append(part.GetSingleElementType().Value).Append('=').Append(value.Length).Append(':');
                text.Append(value).Append(',');
            }
        }
        catch (CryptographicException)
        {
            return null;
        }
        return text.Length == 0 ? null : text.ToString();
    }

    /// <summary>The subject as MongoDB shows it: RFC 2253, without spaces between the parts.</summary>
    public static string Show(X500DistinguishedName subject) =>
        subject
            .Decode(X500DistinguishedNameFlags.Reversed | X500DistinguishedNameFlags.UseCommas)
            .Replace(", ", ",", StringComparison.Ordinal);
}
