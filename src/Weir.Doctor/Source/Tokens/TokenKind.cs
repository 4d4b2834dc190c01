namespace Weir.Doctor.Source.Tokens;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    /// <summary>A name, a keyword or a number.</summary>
    Word,

    /// <summary>A text; its value is without quotes.</summary>
    Text,

    /// <summary>A bracket, an operator or a separator.</summary>
    Sign,

    /// <summary>Python only: the end of a logical line.</summary>
    LineEnd,
}
