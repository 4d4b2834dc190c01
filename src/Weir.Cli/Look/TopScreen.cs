using System.Text.Json.Nodes;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Weir.Cli.Look;

/// <summary>A picture as it is painted in the terminal.</summary>
internal static class TopScreen
{
    // Title, figures, tabs, table head and rule, two lines of help, one to spare.
    private const int OtherLines = 10;

    public static IRenderable Paint(Picture picture, TopState state, string? problem, int height)
    {
        var table =
            picture.Tables.Count > 0 ? picture.Tables[Math.Min(state.Table, picture.Tables.Count - 1)] : null;
        List<IRenderable> lines =
        [
            Title(picture, state, problem),
            Figures(picture),
            Text.Empty,
            Tabs(picture, table),
        ];
        if (table is not null)
        {
            lines.Add(Rows(table, state, Math.Max(3, height - OtherLines)));
        }

        lines.Add(Help(state));
        return new Rows(lines);
    }

    private static Markup Title(Picture picture, TopState state, string? problem)
    {
        var mark =
            problem is not null ? $"[red]{Markup.Escape(problem)}[/]"
            : state.IsPaused ? "[yellow]paused[/]"
            : $"[green]live[/] {DateTime.Now:HH:mm:ss}";
        return new Markup($"[bold]{Markup.Escape(picture.Title)}[/]  {mark}");
    }

    private static Markup Figures(Picture picture) =>
        new(
            string.Join(
                "   ",
                picture.Figures.Select(f =>
                {
                    var color = f is { Label: "waiting" or "errors/s", Value: not ("0" or "") }
                        ? "yellow"
                        : "white";
                    return $"[grey]{f.Label}[/] [bold {color}]{Markup.Escape(f.Value)}[/]";
                })
            )
        );

    private static Markup Tabs(Picture picture, PictureTable? chosen) =>
        new(
            string.Join(
                "  ",
                picture.Tables.Select(
                    (t, i) =>
                        t == chosen
                            ? $"[black on teal] {i + 1} {t.Name} {t.Total} [/]"
                            : $"[grey]{i + 1} {t.Name} {t.Total}[/]"
                )
            )
        );

    private static Table Rows(PictureTable table, TopState state, int most)
    {
        var (sort, isDescending) = state.OrderOf(table);
        JsonObject[] rows = [.. table.Select(state.Filter, sort, isDescending)];
        var first = Math.Clamp(state.FirstRow, 0, Math.Max(0, rows.Length - most));
        var painted = new Table().Border(TableBorder.None).Expand();
        var columns = Cells.Telling(table, table.Rows);
        foreach (var column in columns)
        {
            var arrow = column == sort ? (isDescending ? "↓" : "↑") : "";
            var head = new TableColumn($"[teal]{Cells.Head(column)}{arrow}[/]").NoWrap();
            painted.AddColumn(table.Rows.Any(r => Cells.IsNumber(r[column])) ? head.RightAligned() : head);
        }

        foreach (var row in rows.Skip(first).Take(most))
        {
            painted.AddRow([.. columns.Select(c => Cell(c, row[c]))]);
        }

        if (rows.Length == 0)
        {
            painted.Caption = new TableTitle(
                state.Filter.Length > 0 ? "nothing matches the filter" : "nothing"
            );
        }

        return painted;
    }

    private static Text Cell(string column, JsonNode? value)
    {
        var text = Cells.Of(column, value);
        var style =
            text == "-" || (column == "state" && text == "idle") ? new Style(Color.Grey)
            : (column, text) is ("waiting", not "0") or ("state", "waiting") or ("timedOut", not "0")
                ? new Style(Color.Yellow)
            : column == "error" ? new Style(Color.Red)
            : Style.Plain;
        return new Text(text, style) { Overflow = Overflow.Ellipsis };
    }

    private static Markup Help(TopState state) =>
        state.IsFiltering
            ? new Markup(
                $"filter: [bold]{Markup.Escape(state.Filter)}[/]▏ [grey]Enter keeps it, Esc drops it[/]"
            )
            : new Markup(
                (state.Filter.Length > 0 ? $"filter: [bold]{Markup.Escape(state.Filter)}[/]  " : "")
                    + "[grey]Tab or 1-9: table  s/S: sort  r: reverse  ↑↓: scroll  /: filter  p: pause  q: quit[/]"
            );
}
