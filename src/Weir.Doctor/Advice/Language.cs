namespace Weir.Doctor.Advice;

/// <summary>The language that a driver is for.</summary>
internal enum Language
{
    Other,
    JavaScript,
    Python,
    Java,
    CSharp,
    Go,
}
