namespace Weir.Doctor.Source.Tokens;

/// <summary>A word, a text or a sign of a source file.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Value">Its characters.</param>
/// <param name="Line">Its line, from 1.</param>
/// <param name="Indent">Python: the column that its logical line begins at.</param>
internal readonly record struct Token(TokenKind Kind, string Value, int Line, int Indent = 0)
{
    public bool Is(string value) => Kind != TokenKind.Text && Value == value;

    public bool IsWord => Kind == TokenKind.Word;
}
