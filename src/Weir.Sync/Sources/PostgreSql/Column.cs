namespace Weir.Sync.Sources.PostgreSql;

/// <summary>A column of a table or query.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type, as SQL casts name it.</param>
/// <param name="Kind">How its values become BSON.</param>
internal sealed record Column(string Name, string Type, ColumnKind Kind)
{
    public static Column Of(string name, string type) => new(name, type, KindOf(type));

    public string Quoted => Quote(Name);

    /// <summary>The expression that fetches it.</summary>
    public string Select =>
        Kind switch
        {
            ColumnKind.Decimal or ColumnKind.Text => $"t.{Quoted}::text",
            ColumnKind.Json when Type.EndsWith("[]", StringComparison.Ordinal) =>
                $"to_json(t.{Quoted})::text",
            ColumnKind.Json => $"t.{Quoted}::text",
            _ => $"t.{Quoted}",
        };

    public static string Quote(string name) => $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    private static ColumnKind KindOf(string type) =>
        type switch
        {
            "smallint" or "integer" => ColumnKind.Int32,
            "bigint" => ColumnKind.Int64,
            "real" or "double precision" => ColumnKind.Double,
            "boolean" => ColumnKind.Boolean,
            "date" or "timestamp without time zone" or "timestamp with time zone" => ColumnKind.Time,
            "uuid" => ColumnKind.Uuid,
            "bytea" => ColumnKind.Bytes,
            "json" or "jsonb" => ColumnKind.Json,
            _ when type.EndsWith("[]", StringComparison.Ordinal) => ColumnKind.Json,
            _ when type.StartsWith("numeric", StringComparison.Ordinal) => ColumnKind.Decimal,
            _ when type.StartsWith("timestamp", StringComparison.Ordinal) => ColumnKind.Time,
            _ => ColumnKind.Text,
        };
}
