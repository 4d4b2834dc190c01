namespace Weir.Doctor.Tests.Patients;

/// <summary>The table of what was found, missed and wrongly alarmed, in <c>artifacts/diagnoses.txt</c>.</summary>
internal static class DiagnosisTable
{
    public static void Write(IReadOnlyList<Diagnosed> all)
    {
        var folder = Directory.CreateDirectory(Path.Combine(SourceTree.Root, "artifacts"));
        var lines = new List<string> { Row("driver", "set-up", "found", "missed", "false alarms") };
        foreach (
            var one in all.OrderBy(one => one.Driver.Name, StringComparer.Ordinal)
                .ThenBy(one => IndexOf(one.Case))
        )
        {
            lines.Add(
                Row(
                    one.Driver.Name,
                    one.Case.Name,
                    Names(one.Found),
                    Names(one.Missed),
                    Names(one.FalseAlarms)
                )
            );
        }

        lines.Add(
            $"{all.Sum(one => one.Found.Count())} found, {all.Sum(one => one.Missed.Count())} missed, {all.Sum(one => one.FalseAlarms.Count())} false alarms in {all.Count} set-ups"
        );
        File.WriteAllLines(Path.Combine(folder.FullName, "diagnoses.txt"), lines);
    }

    private static string Row(string driver, string name, string found, string missed, string alarms) =>
        $"{driver, -13} {name, -25} {found, -34} {missed, -20} {alarms}".TrimEnd();

    private static string Names(IEnumerable<string> kinds) =>
        string.Join(", ", kinds) is { Length: > 0 } names ? names : "-";

    private static int IndexOf(PatientCase patient) => PatientCase.All.ToList().IndexOf(patient);
}
