using System.Globalization;
using Npgsql;
using Weir.Protocol.Bson;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.PostgreSql;

/// <summary>The rows of a table or query, in one part, by keyset pages.</summary>
internal sealed class PostgreSqlSource(NpgsqlDataSource data, PostgreSqlTable table, SyncEntity entity)
    : ISyncSource,
        IKeyLookup
{
    public async ValueTask<SourcePlan> SplitAsync(SplitRequest request, CancellationToken cancellationToken)
    {
        var part = new BsonDocument();
        BsonValue? highest = null;
        if (table.Watermark is { } column)
        {
            await using var command = data.CreateCommand(
                $"SELECT max(t.{column.Quoted})::text, max(t.{column.Quoted}) FROM {table.From}"
            );
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            if (
                !await reader.ReadAsync(cancellationToken) || await reader.IsDBNullAsync(0, cancellationToken)
            )
            {
                return new SourcePlan([]);
            }
            highest = RowWriter.Value(
                column.Kind == ColumnKind.Decimal ? column with { Kind = ColumnKind.Double } : column,
                reader,
                1
            );
            if (request.Since is { } since)
            {
                part["since"] = TextOf(since);
                part["until"] = reader.GetString(0);
            }
        }
        var estimate = part.Count == 0 ? await table.EstimateAsync(data, entity, cancellationToken) : null;
        return new SourcePlan([part]) { Watermark = highest, Estimate = estimate };
    }

    public ISourceReader Read(BsonDocument part, BsonDocument? position) =>
        new PostgreSqlReader(data, table, entity.From, part, position);

    public async ValueTask<IReadOnlyList<bool>> ExistAsync(
        IReadOnlyList<BsonDocument> keys,
        CancellationToken cancellationToken
    )
    {
        var names = table.Order.Select((_, i) => $"k{i}").ToList();
        var arrays = table.Order.Select((c, i) => $"(${i + 1}::text[])::{c.Type}[]");
        var equal = table.Order.Select((c, i) => $"t.{c.Quoted} = o.k{i}");
        await using var command = data.CreateCommand(
            $"SELECT o.n FROM unnest({string.Join(", ", arrays)}) WITH ORDINALITY AS o({string.Join(", ", names)}, n) "
                + $"WHERE EXISTS (SELECT 1 FROM {table.From} WHERE {string.Join(" AND ", equal)})"
        );
        for (var i = 0; i < table.Order.Count; i++)
        {
            var place = i;
            command.Parameters.AddWithValue(keys.Select(key => TextOf(key[place].Value)).ToArray());
        }
        var exist = new bool[keys.Count];
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            exist[reader.GetInt64(0) - 1] = true;
        }
        return exist;
    }

    public ValueTask DisposeAsync() => data.DisposeAsync();

    /// <summary>A value as PostgreSQL reads it.</summary>
    private static string TextOf(BsonValue value) =>
        value.Type switch
        {
            BsonType.String => value.AsString,
            BsonType.DateTime => value.AsDateTime.ToString(
                "yyyy-MM-dd HH:mm:ss.fff'Z'",
                CultureInfo.InvariantCulture
            ),
            BsonType.Double => value.AsDouble.ToString("R", CultureInfo.InvariantCulture),
            BsonType.Int32 or BsonType.Int64 => value.ToInt64().ToString(CultureInfo.InvariantCulture),
            BsonType.Decimal128 => value.AsDecimal128.ToString(),
            BsonType.Boolean => value.AsBoolean ? "true" : "false",
            BsonType.Binary when value.AsBinary.Subtype == BsonBinary.Uuid => value
                .AsBinary.ToGuid()
                .ToString(),
            _ => throw new SourceException($"a key of type {value.Type} cannot be looked up in PostgreSQL"),
        };
}
