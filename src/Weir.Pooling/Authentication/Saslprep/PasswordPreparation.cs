using System.Text;

namespace Weir.Pooling.Authentication.Saslprep;

/// <summary>SASLprep (RFC 4013) for stored strings: one form for all the ways of typing one password.</summary>
internal static class PasswordPreparation
{
    /// <summary>False, with the reason, when the text cannot be a password. The reason shows none of it.</summary>
    public static bool TryPrepare(string text, out string prepared, out string problem)
    {
        prepared = text;
        problem = "";
        if (!text.AsSpan().ContainsAnyExceptInRange(' ', '~'))
        {
            return true;
        }
        prepared = "";
        if (CodePoints(text) is not { } input)
        {
            problem = "it is not well-formed Unicode";
            return false;
        }
        var tables = Unicode32.Instance;
        var mapped = input
            .Where(c => !tables.IsMappedToNothing(c))
            .Select(c => tables.IsMappedToSpace(c) ? ' ' : c);
        var output = CompatibilityComposition.Normalize(mapped);
        if (output.Any(tables.IsProhibited))
        {
            problem = "it holds a character that SASLprep prohibits, such as a control character";
            return false;
        }
        if (output.Any(tables.IsUnassigned))
        {
            problem = "it holds a character newer than Unicode 3.2, which SASLprep does not know";
            return false;
        }
        if (output.Any(tables.IsRightToLeft))
        {
            var framed = tables.IsRightToLeft(output[0]) && tables.IsRightToLeft(output[^1]);
            if (!framed || output.Any(tables.IsLeftToRight))
            {
                problem = "it mixes right-to-left and left-to-right text in a way that SASLprep prohibits";
                return false;
            }
        }
        prepared = string.Concat(output.Select(char.ConvertFromUtf32));
        return true;
    }

    private static List<int>? CodePoints(string text)
    {
        var points = new List<int>(text.Length);
        for (var rest = text.AsSpan(); rest.Length > 0; )
        {
            if (Rune.DecodeFromUtf16(rest, out var rune, out var used) != System.Buffers.OperationStatus.Done)
            {
                return null;
            }
            points.Add(rune.Value);
            rest = rest[used..];
        }
        return points;
    }
}
