namespace Weir.Pooling.Authentication.Saslprep;

/// <summary>Normalization form KC of Unicode 3.2, over code points.</summary>
internal static class CompatibilityComposition
{
    private const int HangulBase = 0xAC00;
    private const int LeadBase = 0x1100;
    private const int VowelBase = 0x1161;
    private const int TrailBase = 0x11A7;
    private const int Leads = 19;
    private const int Vowels = 21;
    private const int Trails = 28;
    private const int Syllables = Leads * Vowels * Trails;

    public static List<int> Normalize(IEnumerable<int> text)
    {
        var tables = Unicode32.Instance;
        var decomposed = new List<int>();
        foreach (var c in text)
        {
            Decompose(c, tables, decomposed);
        }
        Reorder(decomposed, tables);
        return Compose(decomposed, tables);
    }

    private static void Decompose(int c, Unicode32 tables, List<int> output)
    {
        var syllable = c - HangulBase;
        if (syllable is >= 0 and < Syllables)
        {
            output.Add(LeadBase + syllable / (Vowels * Trails));
            output.Add(VowelBase + syllable % (Vowels * Trails) / Trails);
            if (syllable % Trails != 0)
            {
                output.Add(TrailBase + syllable % Trails);
            }
        }
        else if (tables.FullDecomposition(c) is { } full)
        {
            output.AddRange(full);
        }
        else
        {
            output.Add(c);
        }
    }

    /// <summary>Sorts each run of combining marks by class, keeping the order within a class.</summary>
    private static void Reorder(List<int> text, Unicode32 tables)
    {
        for (var i = 1; i < text.Count; i++)
        {
            var c = text[i];
            var own = tables.CombiningClass(c);
            var at = i;
            while (own != 0 && at > 0 && tables.CombiningClass(text[at - 1]) > own)
            {
                text[at] = text[at - 1];
                at--;
            }
            text[at] = c;
        }
    }

    private static List<int> Compose(List<int> text, Unicode32 tables)
    {
        var output = new List<int>(text.Count);
        var starter = -1;
        var lastClass = 0;
        foreach (var c in text)
        {
            var own = tables.CombiningClass(c);
            // A mark is blocked from its starter by one of the same or a higher class between them, and a
            // starter by anything between them.
            var adjacent = starter == output.Count - 1;
            var blocked = !adjacent && (lastClass == 0 || lastClass >= own);
            if (starter >= 0 && !blocked && ComposePair(output[starter], c, tables) is { } composite)
            {
                output[starter] = composite;
                continue;
            }
            output.Add(c);
            lastClass = own;
            if (own == 0)
            {
                starter = output.Count - 1;
            }
        }
        return output;
    }

    private static int? ComposePair(int first, int second, Unicode32 tables)
    {
        if (
            first - LeadBase is >= 0 and < Leads and var lead
            && second - VowelBase is >= 0 and < Vowels and var vowel
        )
        {
            return HangulBase + (lead * Vowels + vowel) * Trails;
        }
        if (
            first - HangulBase is >= 0 and < Syllables and var syllable
            && syllable % Trails == 0
            && second - TrailBase is > 0 and < Trails and var trail
        )
        {
            return first + trail;
        }
        return tables.Compose(first, second);
    }
}
