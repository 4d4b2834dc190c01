using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query;

/// <summary>MongoDB's order of all values: by type bracket first, numbers of all types together.</summary>
internal sealed class BsonOrder : IComparer<BsonValue>, IEqualityComparer<BsonValue>
{
    public static BsonOrder Instance { get; } = new();

    /// <summary>The place of a type in the order; types with the same place compare with each other.</summary>
    public static int Bracket(BsonType type) =>
        type switch
        {
            BsonType.MinKey => -1,
            BsonType.Undefined => 0,
            BsonType.Null or BsonType.EndOfDocument => 5,
            BsonType.Int32 or BsonType.Int64 or BsonType.Double or BsonType.Decimal128 => 10,
            BsonType.String or BsonType.Symbol => 15,
            BsonType.Document => 20,
            BsonType.Array => 25,
            BsonType.Binary => 30,
            BsonType.ObjectId => 35,
            BsonType.Boolean => 40,
            BsonType.DateTime => 45,
            BsonType.Timestamp => 47,
            BsonType.RegularExpression => 50,
            BsonType.DbPointer => 55,
            BsonType.JavaScript => 60,
            BsonType.JavaScriptWithScope => 65,
            _ => 127,
        };

    public static bool SameBracket(BsonValue left, BsonValue right) =>
        Bracket(left.Type) == Bracket(right.Type);

    public static bool Same(BsonValue left, BsonValue right) => Compare(left, right) == 0;

    public static int Compare(BsonValue left, BsonValue right)
    {
        var bracket = Bracket(left.Type);
        var other = Bracket(right.Type);
        if (bracket != other)
        {
            return bracket.CompareTo(other);
        }

        return bracket switch
        {
            10 => Numbers.Compare(left, right),
            15 => CompareText(TextOf(left), TextOf(right)),
            20 => CompareDocuments(left.AsDocument, right.AsDocument),
            25 => CompareArrays(left.AsArray, right.AsArray),
            30 => CompareBinary(left.AsBinary, right.AsBinary),
            35 => left.AsObjectId.CompareTo(right.AsObjectId),
            40 => left.AsBoolean.CompareTo(right.AsBoolean),
            45 => left.AsMillisecondsSinceEpoch.CompareTo(right.AsMillisecondsSinceEpoch),
            47 => left.AsTimestamp.CompareTo(right.AsTimestamp),
            50 => CompareRegex(left.AsRegex, right.AsRegex),
            55 => CompareDbPointers(left.AsDbPointer, right.AsDbPointer),
            60 => CompareText(left.AsJavaScript, right.AsJavaScript),
            65 => CompareScoped(left.AsJavaScriptWithScope, right.AsJavaScriptWithScope),
            _ => 0,
        };
    }

    int IComparer<BsonValue>.Compare(BsonValue x, BsonValue y) => Compare(x, y);

    public bool Equals(BsonValue x, BsonValue y) => Compare(x, y) == 0;

    public int GetHashCode(BsonValue obj) => CanonicalKey.Of(obj).GetHashCode();

    public static string TextOf(BsonValue value) => value.IsString ? value.AsString : value.AsSymbol;

    /// <summary>The order of the UTF-8 bytes, which differs from UTF-16's where surrogates are.</summary>
    public static int CompareText(string left, string right)
    {
        var length = Math.Min(left.Length, right.Length);
        for (var i = 0; i < length; i++)
        {
            if (left[i] != right[i])
            {
                return Weigh(left[i]).CompareTo(Weigh(right[i]));
            }
        }

        return left.Length.CompareTo(right.Length);
    }

    private static int Weigh(char unit) => char.IsSurrogate(unit) ? unit + 0x1_0000 : unit;

    private static int CompareDocuments(BsonDocument left, BsonDocument right)
    {
        var count = Math.Min(left.Count, right.Count);
        for (var i = 0; i < count; i++)
        {
            var (a, b) = (left[i], right[i]);
            var result = Bracket(a.Value.Type).CompareTo(Bracket(b.Value.Type));
            if (result == 0)
            {
                result = CompareText(a.Name, b.Name);
            }

            if (result == 0)
            {
                result = Compare(a.Value, b.Value);
            }

            if (result != 0)
            {
                return result;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int CompareArrays(BsonArray left, BsonArray right)
    {
        var count = Math.Min(left.Count, right.Count);
        for (var i = 0; i < count; i++)
        {
            var result = Compare(left[i], right[i]);
            if (result != 0)
            {
                return result;
            }
        }

        return left.Count.CompareTo(right.Count);
    }

    private static int CompareBinary(BsonBinary left, BsonBinary right)
    {
        var result = left.Length.CompareTo(right.Length);
        if (result == 0)
        {
            result = left.Subtype.CompareTo(right.Subtype);
        }

        return result == 0 ? left.Span.SequenceCompareTo(right.Span) : result;
    }

    private static int CompareRegex(BsonRegex left, BsonRegex right)
    {
        var result = CompareText(left.Pattern, right.Pattern);
        return result == 0 ? CompareText(left.Options, right.Options) : result;
    }

    private static int CompareDbPointers(BsonDbPointer left, BsonDbPointer right)
    {
        var result = left.Namespace.Length.CompareTo(right.Namespace.Length);
        if (result == 0)
        {
            result = CompareText(left.Namespace, right.Namespace);
        }

        return result == 0 ? left.Id.CompareTo(right.Id) : result;
    }

    private static int CompareScoped(BsonJavaScriptWithScope left, BsonJavaScriptWithScope right)
    {
        var result = CompareText(left.Code, right.Code);
        return result == 0 ? CompareDocuments(left.Scope, right.Scope) : result;
    }
}
