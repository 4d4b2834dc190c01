namespace Weir.Doctor.Reports;

/// <summary>How bad a finding is.</summary>
public enum Severity
{
    /// <summary>Worth knowing.</summary>
    Notice,

    /// <summary>It will hurt under load, at a restart, or as the deployment grows.</summary>
    Warning,

    /// <summary>It hurts now, or will at the next burst or restart.</summary>
    Critical,
}
