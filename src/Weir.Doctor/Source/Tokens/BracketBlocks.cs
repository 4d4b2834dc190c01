namespace Weir.Doctor.Source.Tokens;

/// <summary>The blocks of a language with curly brackets: JavaScript and TypeScript.</summary>
internal static class BracketBlocks
{
    private const int LongestHead = 120;

    private static readonly HashSet<string> Loops = ["for", "while", "do"];
    private static readonly HashSet<string> Others =
    [
        "if",
        "else",
        "switch",
        "try",
        "catch",
        "with",
        "return",
    ];
    private static readonly HashSet<string> Types = ["class", "interface", "enum", "namespace", "module"];

    public static List<Block> Of(List<Token> tokens)
    {
        var blocks = new List<Block> { new(BlockKind.Module, "", null, 0) };
        var current = blocks[0];
        for (var i = 0; i < tokens.Count; i++)
        {
            if (tokens[i].Is("{"))
            {
                current = Open(tokens, i, current);
                blocks.Add(current);
            }
            else if (tokens[i].Is("}") && current.Parent is { } parent)
            {
                current.End = i;
                current = parent;
            }
        }

        return blocks;
    }

    private static Block Open(List<Token> tokens, int bracket, Block parent)
    {
        var start = HeadStart(tokens, bracket);
        var head = tokens.GetRange(start, bracket - start);
        var words = head.Where(token => token.Kind != TokenKind.Text).Select(token => token.Value).ToList();
        var (kind, name) = Classify(words);
        return new Block(kind, name, parent, bracket + 1) { Head = words };
    }

    private static (BlockKind Kind, string Name) Classify(List<string> head)
    {
        if (head.Count == 0)
        {
            return (BlockKind.Other, "");
        }

        if (head[^1] == "=>")
        {
            return (BlockKind.Function, ArrowName(head));
        }

        var first = head.SkipWhile(word => word is "await" or "async" or "else" && head.Count > 1)
            .FirstOrDefault("");
        if (head[0] == "finally")
        {
            return (BlockKind.Finally, "");
        }

        if (Loops.Contains(first) || (Loops.Contains(head[0]) && first != "if"))
        {
            return (BlockKind.Loop, "");
        }

        var function = head.LastIndexOf("function");
        if (function >= 0)
        {
            var named = head.Skip(function + 1).FirstOrDefault(word => word != "*") ?? "";
            return (BlockKind.Function, named is "(" or "" ? ArrowName(head) : named);
        }

        if (Others.Contains(head[0]) || Others.Contains(first))
        {
            return (BlockKind.Other, "");
        }

        var type = head.FindIndex(Types.Contains);
        var paren = head.IndexOf("(");
        if (type >= 0 && (paren < 0 || type < paren))
        {
            return (BlockKind.Class, head.ElementAtOrDefault(type + 1) ?? "");
        }

        return paren > 0 && !head.Take(paren).Contains("=") && IsName(head[paren - 1]) && IsHead(head, paren)
            ? (BlockKind.Function, NameBefore(head, paren))
            : (BlockKind.Other, "");
    }

    // f(a, b) {   async f(): Promise<X> {   not: f({
    private static bool IsHead(List<string> head, int paren)
    {
        var depth = 0;
        for (var i = paren; i < head.Count; i++)
        {
            depth +=
                head[i] is "(" or "[" ? 1
                : head[i] is ")" or "]" ? -1
                : 0;
        }

        return depth == 0;
    }

    private static string NameBefore(List<string> head, int paren)
    {
        // F<T>(
        if (head[paren - 1] == ">" && head.LastIndexOf("<", paren) is > 0 and var generic)
        {
            return head[generic - 1];
        }

        return head[paren - 1];
    }

    private static string ArrowName(List<string> head)
    {
        // const f = async (a) =>   f: (a) =>   this.f = () =>   private readonly f = () =>
        for (var i = 1; i < head.Count; i++)
        {
            if (head[i] is "=" or ":" && IsName(head[i - 1]))
            {
                return head[i - 1];
            }

            if (head[i] is "(" or "=>")
            {
                return "";
            }
        }

        return "";
    }

    private static bool IsName(string word) =>
        word == ">" || (word.Length > 0 && (char.IsLetter(word[0]) || word[0] is '_' or '$' or '#' or '@'));

    /// <summary>
    /// Back to the end of the last statement; through an open bracket, because what a function is handed to tells
    /// what it is for.
    /// </summary>
    private static int HeadStart(List<Token> tokens, int bracket)
    {
        var depth = 0;
        var i = bracket - 1;
        for (; i >= 0 && bracket - i < LongestHead; i--)
        {
            var token = tokens[i];
            if (token.Kind != TokenKind.Sign)
            {
                continue;
            }

            depth +=
                token.Value is ")" or "]" ? 1
                : token.Value is "(" or "[" ? -1
                : 0;
            if (token.Value is ";" && depth <= 0 || token.Value is "{" or "}" && depth <= 0)
            {
                break;
            }

            if (token.Value == "," && depth <= 0 && IsOfObject(tokens, i))
            {
                break;
            }
        }

        return i + 1;
    }

    // The comma between two members of an object, not between two arguments.
    private static bool IsOfObject(List<Token> tokens, int comma)
    {
        var depth = 0;
        for (var i = comma - 1; i >= 0; i--)
        {
            if (tokens[i].Kind != TokenKind.Sign)
            {
                continue;
            }

            depth +=
                tokens[i].Value is ")" or "]" or "}" ? 1
                : tokens[i].Value is "(" or "[" or "{" ? -1
                : 0;
            if (depth < 0)
            {
                return tokens[i].Value == "{";
            }
        }

        return false;
    }
}
