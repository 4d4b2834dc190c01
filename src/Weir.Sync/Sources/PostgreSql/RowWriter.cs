using System.Data.Common;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Sync.Sources.PostgreSql;

/// <summary>Rows as BSON documents.</summary>
internal static class RowWriter
{
    public static BsonDocument Read(IReadOnlyList<Column> columns, DbDataReader row)
    {
        var document = new BsonDocument(columns.Count);
        for (var i = 0; i < columns.Count; i++)
        {
            document.Add(columns[i].Name, Value(columns[i], row, i));
        }
        return document;
    }

    public static BsonValue Value(Column column, DbDataReader row, int index)
    {
        if (row.IsDBNull(index))
        {
            return BsonValue.Null;
        }
        switch (column.Kind)
        {
            case ColumnKind.Int32:
                return Convert.ToInt32(
                    row.GetValue(index),
                    System.Globalization.CultureInfo.InvariantCulture
                );
            case ColumnKind.Int64:
                return row.GetInt64(index);
            case ColumnKind.Double:
                return Convert.ToDouble(
                    row.GetValue(index),
                    System.Globalization.CultureInfo.InvariantCulture
                );
            case ColumnKind.Boolean:
                return row.GetBoolean(index);
            case ColumnKind.Time:
                // Without a time zone it is taken for UTC.
                return DateTime.SpecifyKind(row.GetFieldValue<DateTime>(index), DateTimeKind.Utc);
            case ColumnKind.Uuid:
                return BsonBinary.FromGuid(row.GetGuid(index));
            case ColumnKind.Bytes:
                return row.GetFieldValue<byte[]>(index);
            case ColumnKind.Decimal:
                return Decimal128.Parse(row.GetString(index));
            case ColumnKind.Json:
                return ExtendedJson.ParseValue(row.GetString(index));
            default:
                return row.GetString(index);
        }
    }
}
