namespace Weir.Doctor.Source.Code;

/// <summary>A source file as tokens in blocks.</summary>
internal sealed class CodeFile
{
    private readonly string[] _lines;
    private readonly List<Block> _blocks;

    public CodeFile(string path, string text, SourceLanguage language)
    {
        Path = path;
        Language = language;
        _lines = text.Split('\n');
        Tokens = Tokenizer.Read(text, language);
        _blocks = language == SourceLanguage.Python ? PythonBlocks.Of(Tokens) : BracketBlocks.Of(Tokens);
    }

    /// <summary>Relative to the folder that is read.</summary>
    public string Path { get; }

    public SourceLanguage Language { get; }

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

    public string LineAt(int line) => line <= _lines.Length ? _lines[line - 1].Trim() : "";

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
