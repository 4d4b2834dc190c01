using Weir.Doctor.Reports;

namespace Weir.Doctor.Tests.Patients;

/// <summary>What the doctor said of a case.</summary>
internal sealed record Diagnosed(PatientDriver Driver, PatientCase Case, IReadOnlyList<Finding> Findings)
{
    public IReadOnlyList<string> Kinds { get; } = [.. Findings.Select(finding => finding.Kind).Distinct()];

    public IEnumerable<string> Found => Case.Expected.Intersect(Kinds);

    public IEnumerable<string> Missed => Case.Expected.Except(Kinds);

    public IEnumerable<string> FalseAlarms => Kinds.Except(Case.Expected).Except(Case.AlsoTrue);

    public string Told =>
        string.Join(
            "\n",
            Findings.Select(finding =>
                $"{finding.Kind}: {finding.Title} ({string.Join("; ", finding.Evidence)})"
            )
        );
}
