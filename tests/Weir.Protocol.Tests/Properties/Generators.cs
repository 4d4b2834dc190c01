using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Weir.Protocol.Bson;

namespace Weir.Protocol.Tests.Properties;

/// <summary>Any document, and any damage to bytes.</summary>
internal static class Generators
{
    private static readonly Gen<long> s_int64 = Gen.OneOf(
        Gen.Choose(-1000, 1000).Select(number => (long)number),
        Bits64(),
        Gen.Elements(0, 1, -1, int.MaxValue, int.MinValue, long.MaxValue, long.MinValue, 253_402_300_800_000)
    );

    private static readonly Gen<double> s_double = Gen.OneOf(
        Bits64()
            .Select(BitConverter.Int64BitsToDouble)
            .Select(number => double.IsNaN(number) ? double.NaN : number),
        Gen.Choose(-100000, 100000).Select(number => number / 100.0),
        Gen.Elements(0.0, -0.0, 1e300, double.Epsilon, double.PositiveInfinity, double.NegativeInfinity)
    );

    private static readonly Gen<Rune> s_rune = Gen.OneOf(
        Gen.Choose(0x20, 0x7E).Select(code => new Rune(code)),
        Gen.Choose(0, 0x1F).Select(code => new Rune(code)),
        Gen.Choose(0xE000, 0x10FFFF).Select(code => new Rune(code)),
        Gen.Elements('"', '\\', '/', 'ü', '\u2028', '\ufeff').Select(c => new Rune(c))
    );

    private static readonly Gen<string> s_text = Gen.Choose(0, 12)
        .SelectMany(length => s_rune.ListOf(length))
        .Select(runes => string.Concat(runes));

    // A name that begins with a dollar sign may read as a type wrapper in Extended JSON, by that format's design.
    private static readonly Gen<string> s_name = s_text.Select(text =>
        text.Replace("\0", "", StringComparison.Ordinal).TrimStart('$')
    );

    private static readonly Gen<byte[]> s_bytes = Gen.Choose(0, 20)
        .SelectMany(length => Gen.Choose(0, 255).Select(number => (byte)number).ListOf(length))
        .Select(bytes => bytes.ToArray());

    private static readonly Gen<ObjectId> s_objectId = Gen.Choose(0, 255)
        .Select(number => (byte)number)
        .ListOf(ObjectId.Size)
        .Select(bytes => new ObjectId(bytes.ToArray()));

    private static readonly Gen<Decimal128> s_decimal = Gen.OneOf(
        from high in Bits64()
        from low in Bits64()
        from digits in Gen.Choose(0, Decimal128Parts.MaxDigits)
        from exponent in Gen.OneOf(
            Gen.Choose(-40, 10),
            Gen.Choose(Decimal128Parts.MinExponent, Decimal128Parts.MaxExponent)
        )
        let coefficient = new UInt128((ulong)high, (ulong)low) % Decimal128Parts.PowerOfTen(digits)
        select Decimal128Parts.Pack(high < 0, coefficient, exponent),
        Gen.Elements(Decimal128.NaN, Decimal128.PositiveInfinity, Decimal128.NegativeInfinity)
    );

    private static readonly Gen<BsonValue> s_leaf = Gen.OneOf(
        s_double.Select(value => (BsonValue)value),
        s_text.Select(value => (BsonValue)value),
        from subtype in Gen.Choose(0, 255)
        from bytes in s_bytes
        select (BsonValue)new BsonBinary((byte)subtype, bytes),
        s_objectId.Select(value => (BsonValue)value),
        Gen.Elements<BsonValue>(
            true,
            false,
            BsonValue.Null,
            BsonValue.Undefined,
            BsonValue.MinKey,
            BsonValue.MaxKey
        ),
        s_int64.Select(BsonValue.FromMillisecondsSinceEpoch),
        from pattern in s_name
        from options in Gen.SubListOf("ilmsux".ToCharArray())
        select (BsonValue)new BsonRegex(pattern, string.Concat(options)),
        from ns in s_text
        from id in s_objectId
        select BsonValue.DbPointer(ns, id),
        s_text.Select(BsonValue.JavaScript),
        s_text.Select(BsonValue.Symbol),
        s_int64.Select(value => (BsonValue)(int)value),
        s_int64.Select(value => (BsonValue)value),
        s_int64.Select(value => (BsonValue)BsonTimestamp.FromValue((ulong)value)),
        s_decimal.Select(value => (BsonValue)value)
    );

    public static Arbitrary<BsonDocument> Documents { get; } = DocumentOf(4).ToArbitrary();

    public static Arbitrary<Decimal128> Decimals { get; } = s_decimal.ToArbitrary();

    /// <summary>Damage of all kinds, most of it small, so that much of what is behind it is still looked at.</summary>
    public static Gen<byte[]> Damaged(byte[] bytes) =>
        from count in Gen.Choose(1, 4)
        from damages in Damage().ListOf(count)
        select damages.Aggregate(bytes, (damaged, damage) => damage(damaged));

    private static Gen<Func<byte[], byte[]>> Damage() =>
        from kind in Gen.Choose(0, 5)
        from place in Gen.Choose(0, int.MaxValue)
        from value in Gen.OneOf(
            Gen.Choose(0, 255),
            Gen.Elements(int.MaxValue, int.MinValue, -1, 0, 1, 4, 5, 1 << 20)
        )
        select (Func<byte[], byte[]>)(
            bytes =>
            {
                var at = bytes.Length == 0 ? 0 : place % bytes.Length;
                return kind switch
                {
                    0 => [.. bytes[..at], (byte)value, .. bytes[at..]],
                    1 when bytes.Length > 0 => [.. bytes[..at], .. bytes[(at + 1)..]],
                    2 => bytes[..at],
                    3 when at + 4 <= bytes.Length =>
                    [
                        .. bytes[..at],
                        .. BitConverter.GetBytes(value),
                        .. bytes[(at + 4)..],
                    ],
                    _ when bytes.Length > 0 => [.. bytes[..at], (byte)value, .. bytes[(at + 1)..]],
                    _ => bytes,
                };
            }
        );

    private static Gen<BsonDocument> DocumentOf(int depth) =>
        from count in Gen.Choose(0, 6)
        from elements in (
            from name in s_name
            from value in ValueOf(depth)
            select new BsonElement(name, value)
        ).ListOf(count)
        select new BsonDocument(elements);

    private static Gen<BsonValue> ValueOf(int depth) =>
        depth == 0
            ? s_leaf
            : Gen.Choose(0, 9)
                .SelectMany(kind =>
                    kind switch
                    {
                        0 or 1 => DocumentOf(depth - 1).Select(value => (BsonValue)value),
                        2 => from count in Gen.Choose(0, 12)
                        from values in ValueOf(depth - 1).ListOf(count)
                        select (BsonValue)new BsonArray(values),
                        3 => from code in s_text
                        from scope in DocumentOf(depth - 1)
                        select BsonValue.JavaScriptWithScope(code, scope),
                        _ => s_leaf,
                    }
                );

    private static Gen<long> Bits64() =>
        from high in Gen.Choose(int.MinValue, int.MaxValue)
        from low in Gen.Choose(int.MinValue, int.MaxValue)
        select ((long)high << 32) | (uint)low;
}
