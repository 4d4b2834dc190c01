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
        var rows = table.Rows.Take(MostRows).ToList();
        var columns = Cells.Telling(table, rows);
        List<string[]> lines =
        [
            [.. columns.Select(Cells.Head)],
            .. rows.Select(row => columns.Select(c => Cells.Of(c, row[c])).ToArray()),
        ];
        var widths = columns.Select((_, i) => lines.Max(line => line[i].Length)).ToArray();
        bool[] isNumber = [.. columns.Select(c => rows.Any(r => Cells.IsNumber(r[c])))];
        foreach (var line in lines)
        {
            var cells = line.Select(
                (cell, i) => isNumber[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i])
            );
            output.WriteLine(("  " + string.Join("  ", cells)).TrimEnd());
        }

        if (table.Total > rows.Count)
        {
            output.WriteLine($"  … and {table.Total - rows.Count} more");
        }
    }
}
