using Weir.Doctor.Reports;

namespace Weir.Doctor.Source;

/// <summary>A place in a code base that makes too many connections, why it does, and what to write instead.</summary>
/// <param name="Kind">Its kind: <c>client-per-call</c>, say; docs/doctor.md lists them.</param>
/// <param name="Severity">How bad it is.</param>
/// <param name="File">The file, relative to the folder that was read.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Code">That line.</param>
/// <param name="Title">What is wrong, in a sentence.</param>
/// <param name="Why">What comes of it.</param>
/// <param name="Fix">What to write instead.</param>
public sealed record SourceFinding(
    string Kind,
    Severity Severity,
    string File,
    int Line,
    string Code,
    string Title,
    string Why,
    string Fix
);
