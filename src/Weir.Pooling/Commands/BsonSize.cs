using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>How many bytes a document takes, without writing it.</summary>
internal static class BsonSize
{
    public static int Of(BsonDocument document)
    {
        var size = 5;
        foreach (var (name, value) in document.Span)
        {
            size += 2 + Encoding.UTF8.GetByteCount(name) + Of(value);
        }
        return size;
    }

    private static int Of(BsonValue value) =>
        value.Type switch
        {
            BsonType.Double or BsonType.Int64 or BsonType.DateTime or BsonType.Timestamp => 8,
            BsonType.Int32 => 4,
            BsonType.Boolean => 1,
            BsonType.ObjectId => 12,
            BsonType.Decimal128 => 16,
            BsonType.String => 5 + Encoding.UTF8.GetByteCount(value.AsString),
            BsonType.Document => Of(value.AsDocument),
            BsonType.Array => Of(value.AsArray),
            BsonType.Null or BsonType.Undefined or BsonType.MinKey or BsonType.MaxKey => 0,
            // The rare ones.
            _ => new BsonDocument("", value).ToBytes().Length - 7,
        };

    private static int Of(BsonArray array)
    {
        var size = 5;
        for (var i = 0; i < array.Count; i++)
        {
            size += 2 + Digits(i) + Of(array[i]);
        }
        return size;
    }

    private static int Digits(int number) => number < 10 ? 1 : 1 + Digits(number / 10);
}
