namespace Weir.Sync.Sources.PostgreSql;

/// <summary>How a column's values become BSON.</summary>
internal enum ColumnKind
{
    Int32,
    Int64,
    Double,
    Boolean,
    Time,
    Uuid,
    Bytes,
    Text,

    /// <summary>Fetched as text, to lose no digit.</summary>
    Decimal,

    /// <summary>JSON, and arrays as JSON.</summary>
    Json,
}
