namespace Weir.Cli.Look;

/// <summary>A picture as plain text, in columns.</summary>
internal static class StatusReport
{
    private const int MostRows = 15;

    public static void Write(Picture picture, TextWriter output)
    {
        output.WriteLine(picture.Title);
        output.WriteLine(string.Join("   ", picture.Figures.Select(f => $"{f.Label} {f.Value}")));
        foreach (var table in picture.Tables.Where(t => t.Rows.Count > 0))
        {
            output.WriteLine();
            output.WriteLine($"{table.Name} ({table.Total})");
            WriteTable(table, output);
        }
    }

    private static void WriteTable(PictureTable table, TextWriter output)
    {
        var rows = table
            .Rows.Take(MostRows)
            .Select(row => table.Columns.Select(c => Cells.Of(c, row[c])).ToArray())
            .ToList();
        // A column that says nothing in any row is left out.
        int[] shown = [.. Enumerable.Range(0, table.Columns.Count).Where(i => rows.Any(r => r[i] != "-"))];
        var widths = table.Columns.Select((c, i) => Math.Max(c.Length, rows.Max(r => r[i].Length))).ToArray();
        bool[] isNumber = [.. table.Columns.Select(c => table.Rows.Any(r => Cells.IsNumber(r[c])))];
        output.WriteLine("  " + Line(table.Columns));
        foreach (var row in rows)
        {
            output.WriteLine("  " + Line(row));
        }

        if (table.Total > rows.Count)
        {
            output.WriteLine($"  … and {table.Total - rows.Count} more");
        }

        string Line(IReadOnlyList<string> cells) =>
            string.Join(
                    "  ",
                    shown.Select(i =>
                        isNumber[i] ? cells[i].PadLeft(widths[i]) : cells[i].PadRight(widths[i])
                    )
                )
                .TrimEnd();
    }
}
