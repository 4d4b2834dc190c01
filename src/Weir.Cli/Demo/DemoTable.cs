using System.Globalization;
using Spectre.Console;

namespace Weir.Cli.Demo;

/// <summary>The two runs side by side.</summary>
internal static class DemoTable
{
    public static Table Render(IncidentResult direct, IncidentResult weir)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("");
        table.AddColumn(new TableColumn("directly").RightAligned());
        table.AddColumn(new TableColumn("through Weir").RightAligned());

        Row("connections at the server, peak", result => Count(result.PeakConnections));
        Row("connections after the restarts", result => Count(result.ConnectionsAfterRestarts));
        Row("connections opened in all", result => Count(result.ConnectionsCreated));
        Row("connections refused by the server", result => Count(result.ConnectionsRefused));
        Row("errors at the clients", result => Count(result.Errors));
        Row("operations done", result => Count(result.Operations));
        Row("p50", result => Milliseconds(result.P50));
        Row("p99", result => Milliseconds(result.P99));
        return table;

        void Row(string label, Func<IncidentResult, string> figure) =>
            table.AddRow(label, figure(direct), figure(weir));
    }

    private static string Count(long value) => value.ToString("N0", CultureInfo.InvariantCulture);

    private static string Milliseconds(TimeSpan value) =>
        value.TotalMilliseconds.ToString("N1", CultureInfo.InvariantCulture) + " ms";
}
