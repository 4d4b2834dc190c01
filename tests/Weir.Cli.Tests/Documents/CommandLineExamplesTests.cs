namespace Weir.Cli.Tests.Documents;

/// <summary>Every command line that the documents show is one that the program takes.</summary>
public class CommandLineExamplesTests
{
    // The script ./weir runs it from the repository: the program does not contain it.
    private const string OfTheScript = "journal-demo";

    [Fact]
    public void Every_line_of_a_block_parses()
    {
        var lines = (
            from block in Document.Blocks
            where block.Language is "" or "sh" or "bash"
            from words in ShellLine.Of(block.Text)
            select (block.Place, Words: words)
        ).ToList();

        Assert.True(lines.Count >= 15, $"only {lines.Count} lines were found");
        Assert.Empty(lines.SelectMany(line => Errors(line.Place, Sample(line.Words), isWhole: true)));
    }

    [Fact]
    public void Every_command_that_a_text_names_is_there_with_its_options()
    {
        var codes = (
            from code in Document.Codes
            let words = ShellLine.Words(code.Text)
            where words is ["weir" or "./weir", not "COMMAND", ..]
            select (code.Place, Words: words)
        ).ToList();

        Assert.True(codes.Count >= 60, $"only {codes.Count} were found");
        Assert.Empty(codes.SelectMany(code => Errors(code.Place, Sample(code.Words), isWhole: false)));
    }

    [Theory]
    [InlineData("weir verify connections mongodb://db --maximum 20")]
    [InlineData("weir doctor mongodb://db --for soon")]
    [InlineData("weir verify connections mongodb://db --max many")]
    [InlineData("weir exam")]
    public void A_line_that_is_wrong_is_told(string line) =>
        Assert.NotEmpty(Errors("here", ShellLine.Words(line), isWhole: true));

    private static IEnumerable<string> Errors(string place, string[] words, bool isWhole)
    {
        if (words.Length < 2 || words[1] == OfTheScript)
        {
            return [];
        }

        var parsed = WeirCommand.Create().Parse(words[1..]);
        // A text may name an option without its value, and a command without what it has to be given.
        var errors = isWhole
            ? parsed.Errors.Select(error => error.Message)
            : parsed.UnmatchedTokens.Select(token => $"there is no {token}");
        return errors.Select(error => $"{place}: {string.Join(' ', words)}: {error}");
    }

    // [--replace] may be left out, and is looked at all the same; [JOB…] and … stand for more of the same.
    private static string[] Sample(string[] words) =>
        [
            .. words
                .Select(word => word.Replace("]...", "]", StringComparison.Ordinal).Trim('[', ']'))
                .Select(word => word.TrimEnd('…').Replace("<uri>", "mongodb://db", StringComparison.Ordinal))
                .Where(word => word.Length > 0),
        ];
}
