using System.Text.RegularExpressions;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>MongoDB's regular expressions on .NET's engine, with a bound on the time one value may take.</summary>
internal static class Pattern
{
    public static TimeSpan Timeout { get; } = TimeSpan.FromSeconds(1);

    public static Regex Compile(string pattern, string options)
    {
        var flags = RegexOptions.CultureInvariant;
        foreach (var option in options)
        {
            flags |= option switch
            {
                'i' => RegexOptions.IgnoreCase,
                'm' => RegexOptions.Multiline,
                's' => RegexOptions.Singleline,
                'x' => RegexOptions.IgnorePatternWhitespace,
                'u' or 'l' => RegexOptions.None,
                _ => throw new CommandError(51108, $"invalid flag in regex options: {option}"),
            };
        }

        try
        {
            return new Regex(pattern, flags, Timeout);
        }
        catch (ArgumentException error)
        {
            throw new CommandError(51091, $"Regular expression is invalid: {error.Message}");
        }
    }
}
