using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>
/// Splits a file of JavaScript, TypeScript or Python into tokens, without comments. Knows their texts well enough not to
/// take code for text or text for code; it is no parser.
/// </summary>
internal sealed class Tokenizer(string text, SourceLanguage language)
{
    private static readonly string[] Signs = ["=>", "??=", "||=", "&&=", "??", "?.", ":=", "->", "=="];

    // Words after which a slash begins a regular expression.
    private static readonly HashSet<string> BeforeRegex = ["return", "typeof", "case", "in", "of", "await"];

    private readonly List<Token> _tokens = [];
    private int _at;
    private int _line = 1;
    private int _indent;
    private int _depth;
    private bool _atLineStart = true;

    public static List<Token> Read(string text, SourceLanguage language) =>
        new Tokenizer(text, language).Read();

    private bool IsPython => language == SourceLanguage.Python;

    private List<Token> Read()
    {
        while (_at < text.Length)
        {
            var character = text[_at];
            if (character == '\n')
            {
                EndLine();
            }
            else if (char.IsWhiteSpace(character) || (character == '\\' && IsPython))
            {
                // A Python line goes on behind a backslash.
                _line += character == '\\' && Peek(1) == '\n' ? 1 : 0;
                _at += character == '\\' && Peek(1) == '\n' ? 2 : 1;
            }
            else if (IsComment())
            {
                SkipComment();
            }
            else
            {
                Begin();
                ReadToken(character);
            }
        }

        Add(TokenKind.LineEnd, "");
        return _tokens;
    }

    private void Begin()
    {
        if (_atLineStart && _depth == 0)
        {
            _indent = Column();
        }

        _atLineStart = false;
    }

    private void ReadToken(char character)
    {
        if (TryText())
        {
            return;
        }

        if (char.IsLetterOrDigit(character) || character is '_' or '$' || IsPrivateName())
        {
            var start = _at++;
            while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '$'))
            {
                _at++;
            }

            Add(TokenKind.Word, text[start.._at]);
            return;
        }

        if (character == '/' && IsRegex())
        {
            SkipRegex();
            return;
        }

        var sign = Array.Find(Signs, sign => string.CompareOrdinal(text, _at, sign, 0, sign.Length) == 0);
        sign ??= character.ToString();
        _depth = sign switch
        {
            "(" or "[" or "{" => _depth + 1,
            ")" or "]" or "}" => Math.Max(0, _depth - 1),
            _ => _depth,
        };
        Add(TokenKind.Sign, sign);
        _at += sign.Length;
    }

    // JavaScript's this.#client
    private bool IsPrivateName() => text[_at] == '#' && char.IsLetter(Peek(1));

    private bool TryText()
    {
        var start = _at;
        var prefix = 0;
        if (IsPython)
        {
            while (prefix < 3 && "rRbBuUfFtT".Contains(Peek(prefix)))
            {
                prefix++;
            }
        }

        var quote = Peek(prefix);
        var isQuote = quote is '"' or '\'' || (quote == '`' && language == SourceLanguage.Script);
        if (!isQuote)
        {
            return false;
        }

        var fence = 1;
        if (IsPython)
        {
            while (Peek(prefix + fence) == quote)
            {
                fence++;
            }

            // Two quotes are an empty text; three or more are a fence.
            fence = fence == 2 ? 0 : fence;
        }

        var contents = start + prefix + (fence == 0 ? 2 : fence);
        var end = fence == 0 ? contents : End(contents, quote, fence);
        Add(TokenKind.Text, text[contents..Math.Max(contents, Math.Min(end, text.Length))]);
        for (var i = start; i < Math.Min(end, text.Length); i++)
        {
            _line += text[i] == '\n' ? 1 : 0;
        }

        _at = Math.Min(text.Length, fence == 0 ? contents : end + fence);
        return true;
    }

    private int End(int at, char quote, int fence)
    {
        var spansLines = fence >= 3 || quote == '`';
        for (; at < text.Length; at++)
        {
            if (text[at] == '\\')
            {
                at++;
            }
            else if (text[at] == '\n' && !spansLines)
            {
                return at - 1;
            }
            else if (text[at] == quote && IsFence(at, quote, fence))
            {
                return at;
            }
        }

        return text.Length;
    }

    private bool IsFence(int at, char quote, int fence)
    {
        for (var i = 0; i < fence; i++)
        {
            if (at + i >= text.Length || text[at + i] != quote)
            {
                return false;
            }
        }

        return true;
    }

    private bool IsComment() =>
        IsPython ? text[_at] == '#'
        : text[_at] == '/' ? Peek(1) is '/' or '*'
        : text[_at] == '#' && _at == 0;

    private void SkipComment()
    {
        if (!IsPython && text[_at] == '/' && Peek(1) == '*')
        {
            var end = text.IndexOf("*/", _at + 2, StringComparison.Ordinal);
            end = end < 0 ? text.Length : end + 2;
            _line += text.AsSpan(_at, end - _at).Count('\n');
            _at = end;
            return;
        }

        var newLine = text.IndexOf('\n', _at);
        _at = newLine < 0 ? text.Length : newLine;
    }

    private bool IsRegex()
    {
        if (language != SourceLanguage.Script)
        {
            return false;
        }

        if (_tokens.Count == 0)
        {
            return true;
        }

        var last = _tokens[^1];
        return last.Kind switch
        {
            TokenKind.Sign => last.Value is not (")" or "]" or "}"),
            TokenKind.Word => BeforeRegex.Contains(last.Value),
            _ => false,
        };
    }

    private void SkipRegex()
    {
        var inClass = false;
        for (_at++; _at < text.Length && text[_at] != '\n'; _at++)
        {
            if (text[_at] == '\\')
            {
                _at++;
            }
            else if (text[_at] == '/' && !inClass)
            {
                _at++;
                break;
            }
            else
            {
                inClass = text[_at] == '[' || (inClass && text[_at] != ']');
            }
        }

        Add(TokenKind.Text, "");
    }

    private void EndLine()
    {
        if (IsPython && _depth == 0 && !_atLineStart)
        {
            Add(TokenKind.LineEnd, "");
        }

        _line++;
        _at++;
        _atLineStart = true;
    }

    private int Column()
    {
        var column = 0;
        for (var i = _at - 1; i >= 0 && text[i] != '\n'; i--)
        {
            column += text[i] == '\t' ? 8 : 1;
        }

        return column;
    }

    private char Peek(int ahead) => _at + ahead < text.Length ? text[_at + ahead] : '\0';

    private void Add(TokenKind kind, string value) => _tokens.Add(new Token(kind, value, _line, _indent));
}
