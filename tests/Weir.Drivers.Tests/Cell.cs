namespace Weir.Drivers.Tests;

/// <summary>What a driver saw of a step: the same through Weir as directly, or why not.</summary>
internal sealed record Cell(Verdict Verdict, string? Reason = null)
{
    public static Cell Of(MatrixRun run, string step)
    {
        if (run.Place.Without.TryGetValue(step, out var missing))
        {
            return new Cell(Verdict.NotHere, $"{run.Place}: {missing}");
        }

        var (direct, through) = (run.Direct.Of(step), run.Through.Of(step));
        return direct switch
        {
            null => new Cell(Verdict.Broken, $"{step} printed nothing"),
            { Skipped: { } reason } => new Cell(Verdict.NotHere, $"{run.Driver}: {reason}"),
            { IsDone: false } => new Cell(Verdict.Broken, $"directly: {direct.Text}"),
            _ when direct.Text == through?.Text => new Cell(Verdict.Same),
            _ => new Cell(
                Verdict.Differs,
                $"directly:     {direct.Text}\nthrough Weir: {through?.Text ?? "nothing"}"
            ),
        };
    }
}
