namespace Weir.Protocol.Bson;

/// <summary>A regular expression in the server's dialect. Options are kept in alphabetical order, as BSON asks.</summary>
public sealed record BsonRegex
{
    public BsonRegex(string pattern, string options = "")
    {
        ArgumentNullException.ThrowIfNull(pattern);
        ArgumentNullException.ThrowIfNull(options);
        Pattern = pattern;
        Options = Sorted(options);
    }

    public string Pattern { get; }

    public string Options { get; }

    public override string ToString() => $"/{Pattern}/{Options}";

    private static string Sorted(string options)
    {
        // No option is beyond ASCII; sorting what is not one could tear a character in two.
        var sortable = System.Text.Ascii.IsValid(options);
        for (var i = 1; sortable && i < options.Length; i++)
        {
            if (options[i] < options[i - 1])
            {
                var characters = options.ToCharArray();
                Array.Sort(characters);
                return new string(characters);
            }
        }

        return options;
    }
}
