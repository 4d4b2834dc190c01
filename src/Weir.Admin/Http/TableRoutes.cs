using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>A GET for each table: <c>?COLUMN=VALUE</c> filters, <c>sort=-COLUMN</c> sorts, <c>limit=N</c> bounds.</summary>
internal static class TableRoutes
{
    public const int MostRows = 10_000;
    public const int DefaultRows = 1000;

    public static IEnumerable<Route> Create(AdminDesk desk) => desk.Tables.Select(Create);

    private static Route Create(AdminTable table) =>
        new(
            "GET",
            "/api/v1/" + table.Name,
            IsOpen: false,
            new Operation("list_" + table.Name, $"{table.Description}", Answers.Json, Table: table),
            (context, _) => AnswerAsync(context, table)
        );

    private static Task AnswerAsync(HttpContext context, AdminTable table)
    {
        var query = RowQuery.Parse(context.Request.Query, table, out var limit);
        var rows = query.Run(table.Rows()).ToList();
        return Answers.JsonAsync(
            context,
            json =>
            {
                json.WriteStartObject();
                json.WriteStartArray("items");
                foreach (var row in rows.Take(limit))
                {
                    PlainJson.Write(json, row);
                }

                json.WriteEndArray();
                json.WriteNumber("total", rows.Count);
                json.WriteEndObject();
            }
        );
    }
}
