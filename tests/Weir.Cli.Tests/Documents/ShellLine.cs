using System.Text;

namespace Weir.Cli.Tests.Documents;

/// <summary>A command line of a document as a shell splits it: quotes, comments, lines that go on behind a backslash.</summary>
internal static class ShellLine
{
    /// <summary>The lines of a block that run <c>weir</c>, as their words.</summary>
    public static IEnumerable<string[]> Of(string block) =>
        block
            .Replace("\\\n", " ", StringComparison.Ordinal)
            .Split('\n')
            .Select(Words)
            .Where(words => words is ["weir" or "./weir", ..]);

    public static string[] Words(string line)
    {
        var words = new List<string>();
        var word = new StringBuilder();
        var (quote, isWord) = ('\0', false);
        foreach (var c in line)
        {
            if (quote != '\0')
            {
                quote = c == quote ? '\0' : quote;
                word.Append(c == quote || quote == '\0' ? "" : c);
            }
            else if (c is '"' or '\'')
            {
                (quote, isWord) = (c, true);
            }
            else if (c == '#' && !isWord)
            {
                break;
            }
            else if (char.IsWhiteSpace(c))
            {
                End();
            }
            else
            {
                word.Append(c);
                isWord = true;
            }
        }

        End();
        return [.. words];

        void End()
        {
            if (isWord)
            {
                words.Add(word.ToString());
            }

            word.Clear();
            isWord = false;
        }
    }
}
