namespace Weir.Doctor.Findings;

/// <summary>Numbers with their nouns.</summary>
internal static class Words
{
    public static string Count(int count, string noun) => count == 1 ? $"1 {noun}" : $"{count} {noun}s";
}
