using Npgsql;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;

namespace Weir.Sync.Sources.PostgreSql;

/// <summary>
/// Reads page by page, each beginning after the last row's key. Keys are kept as PostgreSQL writes them, so that they
/// come back as they were, whatever their type.
/// </summary>
internal sealed class PostgreSqlReader : ISourceReader
{
    private readonly NpgsqlDataSource _data;
    private readonly PostgreSqlTable _table;
    private readonly string _name;
    private readonly BsonDocument _part;
    private readonly IReadOnlyList<Column> _order;
    private IReadOnlyList<string>? _last;
    private long _rows;
    private long _bytes;

    public PostgreSqlReader(
        NpgsqlDataSource data,
        PostgreSqlTable table,
        string name,
        BsonDocument part,
        BsonDocument? position
    )
    {
        _data = data;
        _table = table;
        _name = name;
        _part = part;
        _order = IsChangesOnly ? [table.Watermark!, .. table.Order] : table.Order;
        _last = position is null ? null : [.. position["after"].AsArray.Select(v => v.AsString)];
    }

    private bool IsChangesOnly => _part.Contains("since");

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        try
        {
            var isMore = true;
            while (isMore && !chunk.IsFull)
            {
                isMore = await ReadPageAsync(chunk, cancellationToken);
            }
            return isMore;
        }
        catch (NpgsqlException e)
        {
            throw Failed(_name, e);
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    public static SourceException Failed(string name, NpgsqlException failure) =>
        new($"PostgreSQL, {name}: {failure.Message}", failure.IsTransient, failure);

    private async ValueTask<bool> ReadPageAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        var wanted = PageSize(chunk);
        await using var command = Page(wanted);
        await using var row = await command.ExecuteReaderAsync(cancellationToken);
        var count = 0;
        while (await row.ReadAsync(cancellationToken))
        {
            count++;
            var before = chunk.Bytes;
            Add(chunk, row);
            _rows++;
            _bytes += chunk.Bytes - before;
        }
        return count == wanted;
    }

    // No more rows than fit the chunk, as far as the ones before tell their size.
    private int PageSize(Chunk chunk)
    {
        var most = chunk.MaxRecords - chunk.Count;
        return _rows == 0
            ? Math.Min(most, 100)
            : (int)Math.Clamp((chunk.MaxBytes - chunk.Bytes) / Math.Max(1, _bytes / _rows), 1, most);
    }

    private void Add(Chunk chunk, NpgsqlDataReader row)
    {
        try
        {
            chunk.Add(RowWriter.Read(_table.Columns, row));
        }
        catch (Exception e)
            when (e is FormatException or InvalidCastException or OverflowException or ArgumentException)
        {
            var key = _order.Select(
                (c, i) => new BsonElement(c.Name, row.GetString(_table.Columns.Count + i))
            );
            chunk.Refuse($"{_name}: a row is no document: {e.Message}", new BsonDocument(key));
        }
        _last = [.. _order.Select((_, i) => row.GetString(_table.Columns.Count + i))];
        chunk.Position = new BsonDocument { ["after"] = new BsonArray(_last.Select(v => (BsonValue)v)) };
    }

    private NpgsqlCommand Page(int rows)
    {
        var values = new List<string>();
        string Parameter(string value, Column column)
        {
            values.Add(value);
            return $"${values.Count}::text::{column.Type}";
        }
        var conditions = new List<string>();
        if (IsChangesOnly)
        {
            var mark = _table.Watermark!;
            conditions.Add($"t.{mark.Quoted} >= {Parameter(_part["since"].AsString, mark)}");
            conditions.Add($"t.{mark.Quoted} <= {Parameter(_part["until"].AsString, mark)}");
        }
        var order = string.Join(", ", _order.Select(c => $"t.{c.Quoted}"));
        if (_last is { } last)
        {
            var after = string.Join(", ", _order.Select((c, i) => Parameter(last[i], c)));
            conditions.Add($"({order}) > ({after})");
        }
        var selected = _table.Columns.Select(c => c.Select).Concat(_order.Select(c => $"t.{c.Quoted}::text"));
        var where = conditions.Count > 0 ? $"WHERE {string.Join(" AND ", conditions)} " : "";
        var command = _data.CreateCommand(
            $"SELECT {string.Join(", ", selected)} FROM {_table.From} {where}ORDER BY {order} LIMIT {rows}"
        );
        foreach (var value in values)
        {
            command.Parameters.AddWithValue(value);
        }
        return command;
    }
}
