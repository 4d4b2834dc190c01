using System.Globalization;
using System.Text;

namespace Weir.Drivers.Tests;

/// <summary>The matrix as text: a table a place, and below it why a cell is not "same".</summary>
internal static class MatrixTable
{
    private const int StepWidth = 16;
    private const int CellWidth = 10;

    public static string Of(IReadOnlyList<MatrixRun> runs)
    {
        var text = new StringBuilder();
        foreach (var place in runs.GroupBy(run => run.Place))
        {
            Write(text, place.Key, [.. place]);
        }

        return text.ToString();
    }

    private static void Write(StringBuilder text, Place place, IReadOnlyList<MatrixRun> runs)
    {
        var reasons = new List<string>();
        Row(text, place.Name, runs.Select(run => run.Driver.Name), runs);
        foreach (var step in Steps.All)
        {
            Row(text, $"  {step}", runs.Select(run => Show(Cell.Of(run, step), reasons)), runs);
        }

        Row(text, "  seconds, direct", runs.Select(run => Seconds(run.Direct)), runs);
        Row(text, "  seconds, Weir", runs.Select(run => Seconds(run.Through)), runs);
        Row(text, "  peak/cap", runs.Select(Peak), runs);
        for (var i = 0; i < reasons.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {i + 1}  {reasons[i]}\n");
        }

        text.Append('\n');
    }

    private static void Row(
        StringBuilder text,
        string name,
        IEnumerable<string> cells,
        IReadOnlyList<MatrixRun> runs
    )
    {
        var width = Math.Max(StepWidth, runs[0].Place.Name.Length) + 2;
        var columns = cells.Zip(
            runs,
            (cell, run) => cell.PadRight(Math.Max(run.Driver.Name.Length, CellWidth) + 2)
        );
        text.Append($"{name.PadRight(width)}{string.Concat(columns)}".TrimEnd()).Append('\n');
    }

    private static string Show(Cell cell, List<string> reasons)
    {
        if (cell.Reason is not { } reason)
        {
            return "same";
        }

        if (!reasons.Contains(reason))
        {
            reasons.Add(reason);
        }

        var number = reasons.IndexOf(reason) + 1;
        return cell.Verdict == Verdict.NotHere
            ? $"- {number}"
            : $"{cell.Verdict.ToString().ToUpperInvariant()} {number}";
    }

    private static string Peak(MatrixRun run) =>
        run.PeakConnections is { } peak
            ? string.Create(CultureInfo.InvariantCulture, $"{peak}/{MatrixRun.Cap}")
            : "unseen";

    private static string Seconds(Transcript transcript) =>
        transcript.Duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture);
}
