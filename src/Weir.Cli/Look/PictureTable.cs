using System.Text.Json.Nodes;

namespace Weir.Cli.Look;

/// <summary>A table of a <see cref="Picture"/>. Immutable.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Columns">The columns' names.</param>
/// <param name="Rows">The rows; each has a value, or null, for each column.</param>
/// <param name="Total">Rows that there are; more than <paramref name="Rows"/> has, where that was cut short.</param>
internal sealed record PictureTable(
    string Name,
    IReadOnlyList<string> Columns,
    IReadOnlyList<JsonObject> Rows,
    int Total
)
{
    /// <summary>The rows that contain a text, sorted by a column; nulls come last.</summary>
    public IEnumerable<JsonObject> Select(string filter, string? sort, bool isDescending)
    {
        var rows = Rows.Where(r =>
            filter.Length == 0
            || r.Any(v => $"{v.Value}".Contains(filter, StringComparison.OrdinalIgnoreCase))
        );
        if (sort is null)
        {
            return rows;
        }

        var ordered = rows.OrderBy(r => r[sort] is null);
        return isDescending
            ? ordered.ThenByDescending(r => r[sort], NodeOrder.Instance)
            : ordered.ThenBy(r => r[sort], NodeOrder.Instance);
    }
}
