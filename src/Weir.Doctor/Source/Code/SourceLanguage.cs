namespace Weir.Doctor.Source.Code;

/// <summary>The language of a source file.</summary>
internal enum SourceLanguage
{
    /// <summary>JavaScript and TypeScript.</summary>
    Script,
    Python,
    CSharp,
}
