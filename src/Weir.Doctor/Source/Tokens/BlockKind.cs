namespace Weir.Doctor.Source.Tokens;

/// <summary>What a block of code is.</summary>
internal enum BlockKind
{
    /// <summary>The file itself.</summary>
    Module,
    Class,
    Function,
    Loop,
    Finally,

    /// <summary>Anything else: a condition, a try, an object.</summary>
    Other,
}
