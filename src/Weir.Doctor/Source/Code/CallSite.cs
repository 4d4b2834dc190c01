namespace Weir.Doctor.Source.Code;

/// <summary>A place in a file.</summary>
/// <param name="File">The file.</param>
/// <param name="Index">The index of the token.</param>
internal sealed record CallSite(CodeFile File, int Index)
{
    public int Line => File.Tokens[Index].Line;

    public string Code => File.LineAt(Line);
}
