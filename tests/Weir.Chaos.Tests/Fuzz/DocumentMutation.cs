using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Fuzz;

/// <summary>Changes documents into other valid documents that nobody expects.</summary>
internal static class DocumentMutation
{
    private const int Deepest = 60;

    /// <summary>The same document with a few fields of other types, gone, twice, or in another place.</summary>
    public static BsonDocument Of(BsonDocument document, Random random)
    {
        int changes = random.Next(4);
        for (int i = 0; i < changes && document.Count > 0; i++)
        {
            string name = document[random.Next(document.Count)].Name;
            switch (random.Next(6))
            {
                case 0:
                    document.Remove(name);
                    break;
                case 1 when document[name].IsDocument:
                    document[name] = Of(document[name].AsDocument.Clone(), random);
                    break;
                case 2:
                    BsonValue moved = document[name];
                    document.Remove(name);
                    document[name] = moved;
                    break;
                case 3:
                    document[Name(random)] = Value(random, 3);
                    break;
                default:
                    document[name] = Value(random, 3);
                    break;
            }
        }
        return document;
    }

    private static string Name(Random random) =>
        random.Next(8) switch
        {
            0 => "",
            1 => "$db",
            2 => "lsid",
            3 => "txnNumber",
            4 => "cursor",
            5 => "maxTimeMS",
            6 => new string('n', random.Next(3_000)),
            _ => $"f{random.Next(10)}",
        };

    private static BsonValue Value(Random random, int depth) =>
        random.Next(depth > 0 ? 14 : 11) switch
        {
            0 => random.Next(),
            1 => random.NextInt64(long.MinValue, long.MaxValue),
            2 => double.NaN,
            3 => double.MaxValue * (random.Next(3) - 1),
            4 => BsonValue.Null,
            5 => random.Next(2) == 0,
            6 => new string('ä', random.Next(2_000)),
            7 => "",
            8 => new BsonBinary((byte)random.Next(256), new byte[random.Next(40)]),
            9 => new ObjectId(),
            10 => int.MinValue,
            11 => Nested(random.Next(Deepest)),
            12 => new BsonArray(Enumerable.Range(0, random.Next(20)).Select(_ => Value(random, depth - 1))),
            _ => new BsonDocument { ["id"] = Value(random, depth - 1), ["mode"] = Value(random, depth - 1) },
        };

    private static BsonDocument Nested(int depth)
    {
        var document = new BsonDocument();
        for (int i = 0; i < depth; i++)
            document = new BsonDocument { ["a"] = document };
        return document;
    }
}
