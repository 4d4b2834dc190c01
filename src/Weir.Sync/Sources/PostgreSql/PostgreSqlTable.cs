using Npgsql;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.PostgreSql;

/// <summary>A table or query: its columns, and those that order its rows and tell them apart.</summary>
/// <param name="From">What stands after FROM, under the name t.</param>
/// <param name="Columns">All columns.</param>
/// <param name="Order">The columns of the order.</param>
/// <param name="Watermark">Incremental jobs: the column that grows.</param>
internal sealed record PostgreSqlTable(
    string From,
    IReadOnlyList<Column> Columns,
    IReadOnlyList<Column> Order,
    Column? Watermark
)
{
    public static async ValueTask<PostgreSqlTable> DescribeAsync(
        NpgsqlDataSource data,
        SyncEntity entity,
        CancellationToken cancellationToken
    )
    {
        var from = entity.Query is { } query
            ? $"({query.TrimEnd().TrimEnd(';')}) t"
            : $"{string.Join('.', entity.From.Split('.').Select(Column.Quote))} t";
        var columns = new List<Column>();
        await using (var command = data.CreateCommand($"SELECT * FROM {from} LIMIT 0"))
        await using (var reader = await command.ExecuteReaderAsync(cancellationToken))
        {
            for (var i = 0; i < reader.FieldCount; i++)
            {
                columns.Add(Column.Of(reader.GetName(i), reader.GetDataTypeName(i)));
            }
        }
        Column Find(string name) =>
            columns.Find(c => c.Name == name)
            ?? throw new SourceException(
                $"{entity.From} has no column '{name}' (it has {string.Join(", ", columns.Select(c => c.Name))}); say which columns order its rows with orderBy"
            );
        var order = (entity.OrderBy ?? entity.Key).Select(Find).ToList();
        var watermark = entity.Watermark is { } mark ? Find(mark.Field) : null;
        var table = new PostgreSqlTable(from, columns, order, watermark);
        await table.RequireNoNullAsync(data, cancellationToken);
        return table;
    }

    /// <summary>How many rows there are by the server's own statistics; unknown for queries and new tables.</summary>
    public async ValueTask<long?> EstimateAsync(
        NpgsqlDataSource data,
        SyncEntity entity,
        CancellationToken cancellationToken
    )
    {
        if (entity.Query is not null)
        {
            return null;
        }
        await using var command = data.CreateCommand(
            "SELECT reltuples::bigint FROM pg_class WHERE oid = to_regclass($1)"
        );
        command.Parameters.AddWithValue(From[..^2]);
        return await command.ExecuteScalarAsync(cancellationToken) is long and >= 0 and var rows
            ? rows
            : null;
    }

    // A row without a key has no place in the order: it would never be read.
    private async ValueTask RequireNoNullAsync(NpgsqlDataSource data, CancellationToken cancellationToken)
    {
        var isNull = string.Join(" OR ", Order.Select(c => $"t.{c.Quoted} IS NULL"));
        await using var command = data.CreateCommand($"SELECT 1 FROM {From} WHERE {isNull} LIMIT 1");
        if (await command.ExecuteScalarAsync(cancellationToken) is not null)
        {
            throw new SourceException(
                $"{From}: a row has NULL in {string.Join(", ", Order.Select(c => c.Name))}; order it by columns that always have a value"
            );
        }
    }
}
