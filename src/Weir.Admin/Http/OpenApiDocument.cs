using System.Buffers;
using System.Text.Json;
using Weir.Proxy.Administration;

namespace Weir.Admin.Http;

/// <summary>The API as an OpenAPI 3.1 document, written from the routes and the tables themselves.</summary>
internal static class OpenApiDocument
{
    public static byte[] Write(IEnumerable<Route> routes)
    {
        var buffer = new ArrayBufferWriter<byte>(32 * 1024);
        using (var json = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteString("openapi", "3.1.0");
            json.WriteStartObject("info");
            json.WriteString("title", "Weir admin API");
            json.WriteString("version", "1");
            json.WriteEndObject();
            WriteSecurity(json);
            json.WriteStartObject("paths");
            foreach (var path in routes.Where(r => r.Operation is not null).GroupBy(r => r.Path))
            {
                json.WriteStartObject(path.Key);
                foreach (var route in path)
                {
                    WriteOperation(json, route, route.Operation!);
                }

                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private static void WriteSecurity(Utf8JsonWriter json)
    {
        json.WriteStartObject("components");
        json.WriteStartObject("securitySchemes");
        json.WriteStartObject("token");
        json.WriteString("type", "http");
        json.WriteString("scheme", "bearer");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartArray("security");
        // Either will do: without a token configured, nothing has to be shown.
        json.WriteRawValue("{\"token\":[]}");
        json.WriteRawValue("{}");
        json.WriteEndArray();
    }

    private static void WriteOperation(Utf8JsonWriter json, Route route, Operation operation)
    {
        json.WriteStartObject(route.Method.ToLowerInvariant());
        json.WriteString("operationId", operation.Id);
        json.WriteString("summary", operation.Summary);
        WriteParameters(json, route, operation);
        json.WriteStartObject("responses");
        json.WriteStartObject("200");
        json.WriteString("description", "Done.");
        json.WriteStartObject("content");
        json.WriteStartObject(operation.MediaType);
        if (operation.Table is { } table)
        {
            WriteSchema(json, table);
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteStartObject("default");
        json.WriteString("description", "It cannot be done: {\"error\": \"the reason\"}.");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteParameters(Utf8JsonWriter json, Route route, Operation operation)
    {
        json.WriteStartArray("parameters");
        var open = route.Path.IndexOf('{', StringComparison.Ordinal);
        if (open >= 0)
        {
            var name = route.Path[(open + 1)..route.Path.IndexOf('}', StringComparison.Ordinal)];
            WriteParameter(json, name, "path", "string", operation.Value ?? "");
        }

        if (operation.Table is { } table)
        {
            WriteParameter(
                json,
                "limit",
                "query",
                "integer",
                $"Rows at most; default {TableRoutes.DefaultRows}."
            );
            WriteParameter(json, "sort", "query", "string", "A column; with a minus in front, descending.");
            foreach (var column in table.Columns)
            {
                WriteParameter(json, column.Name, "query", TypeOf(column.Type), "Only rows with this value.");
            }
        }

        json.WriteEndArray();
    }

    private static void WriteParameter(
        Utf8JsonWriter json,
        string name,
        string where,
        string type,
        string what
    )
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("in", where);
        json.WriteBoolean("required", where == "path");
        json.WriteString("description", what);
        json.WriteStartObject("schema");
        json.WriteString("type", type);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteSchema(Utf8JsonWriter json, AdminTable table)
    {
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject("total");
        json.WriteString("type", "integer");
        json.WriteEndObject();
        json.WriteStartObject("items");
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        foreach (var column in table.Columns)
        {
            json.WriteStartObject(column.Name);
            json.WriteStartArray("type");
            json.WriteStringValue(TypeOf(column.Type));
            json.WriteStringValue("null");
            json.WriteEndArray();
            if (column.Type == ColumnType.Time)
            {
                json.WriteString("format", "date-time");
            }

            json.WriteString("description", column.Description);
            json.WriteEndObject();
        }

        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static string TypeOf(ColumnType type) =>
        type switch
        {
            ColumnType.Number => "integer",
            ColumnType.Fraction => "number",
            ColumnType.Flag => "boolean",
            ColumnType.Document => "object",
            _ => "string",
        };
}
