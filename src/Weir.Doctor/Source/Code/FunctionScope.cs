namespace Weir.Doctor.Source.Code;

/// <summary>The function that a place of the code stands in: a block, or an arrow function without one.</summary>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Head">What stands before it, decorators included.</param>
/// <param name="Block">Its block; null for an arrow function that is an expression.</param>
internal sealed record FunctionScope(string Name, IReadOnlyList<string> Head, Block? Block)
{
    /// <summary>The innermost function around a place; null at the top level of a file or of a class.</summary>
    public static FunctionScope? Around(CodeFile file, int index)
    {
        if (file.Language != SourceLanguage.Python && Arrow(file, index) is { } arrow)
        {
            return arrow;
        }

        var block = file.BlockAt(index).Chain.FirstOrDefault(block => block.Kind == BlockKind.Function);
        return block is null ? null : new FunctionScope(block.Name, block.Head, block);
    }

    /// <summary>Whether a loop stands between a place and its function.</summary>
    public static bool IsInLoop(CodeFile file, int index) =>
        file.BlockAt(index)
            .Chain.TakeWhile(block => block.Kind != BlockKind.Function)
            .Any(block => block.Kind == BlockKind.Loop);

    // () => new MongoClient(uri), up to the statement's beginning.
    private static FunctionScope? Arrow(CodeFile file, int index)
    {
        var start = file.StatementStart(index);
        var depth = 0;
        for (var i = index - 1; i >= start; i--)
        {
            var token = file.Tokens[i];
            if (token.Is("=>") && depth <= 0)
            {
                var head = file
                    .Tokens.Skip(start)
                    .Take(i + 1 - start)
                    .Where(token => token.Kind != TokenKind.Text)
                    .Select(token => token.Value)
                    .ToList();
                var equals = head.IndexOf("=");
                var paren = head.IndexOf("(");
                var name =
                    equals > 0 && (paren < 0 || equals < paren || head[equals - 1] == ">") ? head[equals - 1]
                    : paren > 0 ? head[paren - 1]
                    : head.Count > 1 ? head[^2]
                    : "";
                return new FunctionScope(name, head, null);
            }

            if (token.Kind == TokenKind.Sign)
            {
                depth +=
                    token.Value is ")" or "]" or "}" ? 1
                    : token.Value is "(" or "[" or "{" ? -1
                    : 0;
            }
        }

        return null;
    }
}
