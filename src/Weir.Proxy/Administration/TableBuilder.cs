using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>Writes a table as a list: each column once, with what it says of an item.</summary>
/// <typeparam name="T">What a row is made from.</typeparam>
public sealed class TableBuilder<T>
{
    private readonly List<(AdminColumn Column, Func<T, BsonValue> Read)> _columns = [];

    /// <summary>A column of text.</summary>
    public TableBuilder<T> Text(string name, string description, Func<T, string?> read) =>
        Add(name, ColumnType.Text, description, item => read(item));

    /// <summary>A column of whole numbers.</summary>
    public TableBuilder<T> Number(string name, string description, Func<T, long> read) =>
        Add(name, ColumnType.Number, description, item => Plain(read(item)));

    /// <summary>A column of durations, in milliseconds.</summary>
    public TableBuilder<T> Millis(string name, string description, Func<T, TimeSpan?> read) =>
        Add(
            name,
            ColumnType.Fraction,
            description + ", in milliseconds",
            item => read(item) is { } time ? Math.Round(time.TotalMilliseconds, 3) : BsonValue.Null
        );

    /// <summary>A column of numbers with a fraction.</summary>
    public TableBuilder<T> Fraction(string name, string description, Func<T, double?> read) =>
        Add(
            name,
            ColumnType.Fraction,
            description,
            item => read(item) is { } number ? number : BsonValue.Null
        );

    /// <summary>A column of true and false.</summary>
    public TableBuilder<T> Flag(string name, string description, Func<T, bool> read) =>
        Add(name, ColumnType.Flag, description, item => read(item));

    /// <summary>A column of moments.</summary>
    public TableBuilder<T> Time(string name, string description, Func<T, DateTimeOffset?> read) =>
        Add(
            name,
            ColumnType.Time,
            description,
            item => read(item) is { } time ? time.UtcDateTime : BsonValue.Null
        );

    /// <summary>The table.</summary>
    public AdminTable Build(string name, string description, Func<IEnumerable<T>> items) =>
        new(name, description, [.. _columns.Select(c => c.Column)], () => items().Select(Row));

    /// <summary>The row of one item.</summary>
    public BsonDocument Row(T item)
    {
        var row = new BsonDocument(_columns.Count);
        foreach (var (column, read) in _columns)
            row.Add(column.Name, read(item));
        return row;
    }

    /// <summary>mongosh shows an Int32 as a number, and an Int64 as Long('5').</summary>
    private static BsonValue Plain(long value) =>
        value is >= int.MinValue and <= int.MaxValue ? (BsonValue)(int)value : value;

    private TableBuilder<T> Add(string name, ColumnType type, string description, Func<T, BsonValue> read)
    {
        _columns.Add((new AdminColumn(name, type, description), read));
        return this;
    }
}
