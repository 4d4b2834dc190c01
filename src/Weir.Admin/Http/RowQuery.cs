using System.Globalization;
using Microsoft.AspNetCore.Http;
using Weir.Protocol.Bson;
using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>What a request's query asks of a table.</summary>
internal static class RowQuery
{
    /// <exception cref="BadHttpRequestException">It names a column that is not there, or a value that is none.</exception>
    public static RowSelection Parse(IQueryCollection query, AdminTable table, out int limit)
    {
        limit = TableRoutes.DefaultRows;
        var filter = new BsonDocument();
        var sort = new BsonDocument();
        foreach (var (key, values) in query)
        {
            var value = values.ToString();
            if (key == "limit")
            {
                limit =
                    int.TryParse(value, CultureInfo.InvariantCulture, out var number)
                    && number is >= 0 and <= TableRoutes.MostRows
                        ? number
                        : throw new BadHttpRequestException($"limit must be 0 to {TableRoutes.MostRows}");
            }
            else if (key == "sort")
            {
                var isDescending = value.StartsWith('-');
                sort[Known(table, value.TrimStart('-')).Name] = isDescending ? -1 : 1;
            }
            else
            {
                filter[key] = Value(Known(table, key), value);
            }
        }

        return RowSelection.Parse(filter, sort);
    }

    private static AdminColumn Known(AdminTable table, string name) =>
        table.Columns.FirstOrDefault(c => c.Name == name)
        ?? throw new BadHttpRequestException(
            $"{table.Name} has no column {name}; it has {string.Join(", ", table.Columns.Select(c => c.Name))}"
        );

    private static BsonValue Value(AdminColumn column, string text) =>
        column.Type switch
        {
            _ when text == "null" => BsonValue.Null,
            ColumnType.Number when long.TryParse(text, CultureInfo.InvariantCulture, out var whole) => whole,
            ColumnType.Number or ColumnType.Fraction => double.TryParse(
                text,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number
                : throw new BadHttpRequestException($"{column.Name} is a number; {text} is none"),
            ColumnType.Flag => bool.TryParse(text, out var flag)
                ? flag
                : throw new BadHttpRequestException($"{column.Name} is true or false"),
            _ => text,
        };
}
