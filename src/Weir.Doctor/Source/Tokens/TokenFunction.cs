using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>The function that a place of the code stands in: a block, or an arrow function without one.</summary>
/// <param name="Name">Its name; empty when it has none.</param>
/// <param name="Head">What stands before it, decorators included.</param>
/// <param name="Block">Its block; null for an arrow function that is an expression.</param>
internal sealed record TokenFunction(string Name, IReadOnlyList<string> Head, Block? Block)
{
    // Handed to one of these, a function runs once; decorated with one of these, too.
    private static readonly HashSet<string> Once =
    [
        "useFactory",
        "registerSingleton",
        "singleton",
        "memoize",
        "once",
        "lazy",
        "then",
        "listen",
        "lru_cache",
        "cache",
        "cached_property",
        "asynccontextmanager",
        "on_event",
        "fixture",
        "before_first_request",
        "onReady",
        "fp",
    ];

    private static readonly HashSet<string> NamesOfOnce =
    [
        "main",
        "constructor",
        "__init__",
        "bootstrap",
        "lifespan",
        "onModuleInit",
        "ngOnInit",
    ];

    /// <summary>The innermost function around a place; null at the top level of a file or of a class.</summary>
    public static TokenFunction? Around(TokenFile file, int index)
    {
        if (file.Language != SourceLanguage.Python && Arrow(file, index) is { } arrow)
        {
            return arrow;
        }

        var block = file.BlockAt(index).Chain.FirstOrDefault(block => block.Kind == BlockKind.Function);
        return block is null ? null : new TokenFunction(block.Name, block.Head, block);
    }

    /// <summary>Who calls it, as the rules want to know it.</summary>
    public FunctionScope Scope(TokenFile file) =>
        NamesOfOnce.Contains(Name) || Head.Any(Once.Contains) || IsConstructor
            ? new FunctionScope(Name, Caller.OncePerProcess)
        : IsCalledAtOnce(file) ? new FunctionScope(Name, Caller.ItsPlace, Outer(file)?.Scope(file))
        : new FunctionScope(Name, Caller.Anyone);

    private bool IsConstructor => Block?.Parent is { Kind: BlockKind.Class } type && type.Name == Name;

    // (async () => { … })();
    private bool IsCalledAtOnce(TokenFile file) =>
        Name.Length == 0 && Block is not null && file.Has(Block.End, "}", ")", "(");

    private TokenFunction? Outer(TokenFile file) => Around(file, file.StatementStart(Block!.Start - 1) - 1);

    // () => new MongoClient(uri), up to the statement's beginning.
    private static TokenFunction? Arrow(TokenFile file, int index)
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
                return new TokenFunction(name, head, null);
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
