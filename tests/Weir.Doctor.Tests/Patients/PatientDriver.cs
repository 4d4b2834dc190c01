namespace Weir.Doctor.Tests.Patients;

/// <summary>A real driver, and its program with the diseases.</summary>
public sealed record PatientDriver(string Name, string Program, string Script)
{
    public static readonly PatientDriver Node = new("node mongodb", "node", "node/patient.mjs");

    /// <summary>Debian's own Python, because that is the one that Debian's python3-pymongo belongs to.</summary>
    public static readonly PatientDriver Python = new("pymongo", "/usr/bin/python3", "python/patient.py");

    public override string ToString() => Name;
}
