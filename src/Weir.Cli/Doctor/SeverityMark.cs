using Weir.Doctor.Reports;

namespace Weir.Cli.Doctor;

/// <summary>A severity as a coloured word.</summary>
internal static class SeverityMark
{
    public static string Of(Severity severity) =>
        severity switch
        {
            Severity.Critical => "[white on red] critical [/]",
            Severity.Warning => "[black on yellow] warning [/]",
            _ => "[black on grey] notice [/]",
        };
}
