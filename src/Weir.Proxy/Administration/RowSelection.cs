using Weir.Protocol.Bson;

namespace Weir.Proxy.Administration;

/// <summary>
/// Which rows, in which order: the part of MongoDB's query language that tables understand. Equality and $eq, $ne,
/// $gt, $gte, $lt, $lte, $in and $exists on columns; a sort by columns.
/// </summary>
public sealed class RowSelection
{
    private readonly List<Func<BsonDocument, bool>> _tests = [];
    private readonly List<(string Column, bool IsDescending)> _order = [];

    private RowSelection() { }

    /// <summary>Reads a filter and a sort.</summary>
    /// <exception cref="FormatException">They ask for what tables do not understand.</exception>
    public static RowSelection Parse(BsonDocument filter, BsonDocument sort)
    {
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(sort);
        var selection = new RowSelection();
        foreach (BsonElement element in filter)
            selection.AddTests(element.Name, element.Value);
        foreach (BsonElement element in sort)
        {
            if (!element.Value.IsNumber)
                throw new FormatException($"the sort by {element.Name} must be 1 or -1");
            selection._order.Add((element.Name, element.Value.ToDouble() < 0));
        }
        return selection;
    }

    /// <summary>The rows that pass, in order.</summary>
    public IEnumerable<BsonDocument> Run(IEnumerable<BsonDocument> rows)
    {
        IEnumerable<BsonDocument> passed = rows.Where(row => _tests.TrueForAll(test => test(row)));
        IOrderedEnumerable<BsonDocument>? ordered = null;
        foreach ((string column, bool isDescending) in _order)
        {
            var values = new ValueOrder(isDescending);
            ordered = ordered is null
                ? passed.OrderBy(row => row.GetValueOrDefault(column), values)
                : ordered.ThenBy(row => row.GetValueOrDefault(column), values);
        }
        return ordered ?? passed;
    }

    private void AddTests(string column, BsonValue wanted)
    {
        if (column.StartsWith('$'))
            throw new FormatException($"{column} is not understood here; columns with values are");
        if (!wanted.IsDocument || wanted.AsDocument is not [{ Name: ['$', ..] }, ..])
        {
            _tests.Add(row => ValueOrder.Compare(row.GetValueOrDefault(column), wanted) == 0);
            return;
        }
        foreach (BsonElement test in wanted.AsDocument)
            _tests.Add(Test(column, test.Name, test.Value));
    }

    private static Func<BsonDocument, bool> Test(string column, string op, BsonValue operand)
    {
        return op switch
        {
            "$eq" => row => Compare(row) == 0,
            "$ne" => row => Compare(row) != 0,
            "$gt" => row => IsOfKind(row) && Compare(row) > 0,
            "$gte" => row => IsOfKind(row) && Compare(row) >= 0,
            "$lt" => row => IsOfKind(row) && Compare(row) < 0,
            "$lte" => row => IsOfKind(row) && Compare(row) <= 0,
            "$in" when operand.IsArray => row =>
                operand.AsArray.Any(one => ValueOrder.Compare(row.GetValueOrDefault(column), one) == 0),
            "$exists" => row => row.GetValueOrDefault(column).IsNull != operand.ToBoolean(),
            _ => throw new FormatException(
                $"{op} is not understood here; $eq, $ne, $gt, $gte, $lt, $lte, $in and $exists are"
            ),
        };

        int Compare(BsonDocument row) => ValueOrder.Compare(row.GetValueOrDefault(column), operand);

        // As in MongoDB: a null is not less than 5.
        bool IsOfKind(BsonDocument row) =>
            ValueOrder.KindOf(row.GetValueOrDefault(column)) == ValueOrder.KindOf(operand);
    }
}
