using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>One cause of too many connections, as it looks in code.</summary>
internal interface ISourceRule
{
    IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations);
}
