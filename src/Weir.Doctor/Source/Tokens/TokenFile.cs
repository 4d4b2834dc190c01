using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>A source file as tokens in blocks.</summary>
internal sealed class TokenFile : SourceFile
{
    private readonly List<Block> _blocks;

    public TokenFile(string path, string text, SourceLanguage language)
        : base(path, text, language)
    {
        Tokens = Tokenizer.Read(text, language);
        _blocks = language == SourceLanguage.Python ? PythonBlocks.Of(Tokens) : BracketBlocks.Of(Tokens);
        Creations = ClientSearch.Of(this);
    }

    public override IReadOnlyList<Creation> Creations { get; }

    public override IEnumerable<Place> Closings => ClosingSearch.Of(this);

    public override IEnumerable<(string Name, Place Place)> Calls => CallSearch.Of(this);

    public List<Token> Tokens { get; }

    public IReadOnlyList<Block> Blocks => _blocks;

    /// <summary>The innermost block that a token stands in.</summary>
    public Block BlockAt(int index)
    {
        var innermost = _blocks[0];
        foreach (var block in _blocks)
        {
            if (block.Start <= index && index < block.End && block.Start >= innermost.Start)
            {
                innermost = block;
            }
        }

        return innermost;
    }

    public bool Has(int index, params ReadOnlySpan<string> values)
    {
        for (var i = 0; i < values.Length; i++)
        {
            if (index + i < 0 || index + i >= Tokens.Count || !Tokens[index + i].Is(values[i]))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>The index of the bracket that closes the one at <paramref name="open"/>.</summary>
    public int Close(int open)
    {
        var depth = 0;
        for (var i = open; i < Tokens.Count; i++)
        {
            if (Tokens[i].Kind == TokenKind.Sign)
            {
                depth += Tokens[i].Value switch
                {
                    "(" or "[" or "{" => 1,
                    ")" or "]" or "}" => -1,
                    _ => 0,
                };
            }

            if (depth == 0)
            {
                return i;
            }
        }

        return Tokens.Count - 1;
    }

    /// <summary>The index of the first token of the statement that a token stands in.</summary>
    public int StatementStart(int index)
    {
        var depth = 0;
        for (var i = index - 1; i >= 0; i--)
        {
            var token = Tokens[i];
            // Inside brackets a line's end is no token.
            if (token.Kind == TokenKind.LineEnd && Language == SourceLanguage.Python)
            {
                return i + 1;
            }

            if (token.Kind != TokenKind.Sign)
            {
                continue;
            }

            depth +=
                token.Value is ")" or "]" ? 1
                : token.Value is "(" or "[" ? -1
                : 0;
            if (depth <= 0 && token.Value is ";" or "{" or "}")
            {
                return i + 1;
            }
        }

        return 0;
    }
}
