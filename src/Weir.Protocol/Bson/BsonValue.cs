using System.Diagnostics.CodeAnalysis;
using Weir.Protocol.Json;

namespace Weir.Protocol.Bson;

/// <summary>
/// A value of any BSON type, tagged with it. The default is Null. Equality is strict: the same type and the same
/// value (the Int32 1 does not equal the Int64 1). The common types are held without boxing.
/// </summary>
public readonly struct BsonValue : IEquatable<BsonValue>
{
    private readonly object? _object;
    private readonly long _bits;
    private readonly uint _low;
    private readonly BsonType _type;

    private BsonValue(BsonType type, long bits = 0, object? value = null, uint low = 0)
    {
        _type = type;
        _bits = bits;
        _object = value;
        _low = low;
    }

    public static BsonValue Null => default;

    public static BsonValue Undefined => new(BsonType.Undefined);

    public static BsonValue MinKey => new(BsonType.MinKey);

    public static BsonValue MaxKey => new(BsonType.MaxKey);

    public static BsonValue True => new(BsonType.Boolean, 1);

    public static BsonValue False => new(BsonType.Boolean);

    public BsonType Type => _type == BsonType.EndOfDocument ? BsonType.Null : _type;

    public bool IsNull => Type == BsonType.Null;

    public bool IsInt32 => _type == BsonType.Int32;

    public bool IsInt64 => _type == BsonType.Int64;

    public bool IsDouble => _type == BsonType.Double;

    public bool IsDecimal128 => _type == BsonType.Decimal128;

    public bool IsNumber =>
        _type is BsonType.Int32 or BsonType.Int64 or BsonType.Double or BsonType.Decimal128;

    public bool IsString => _type == BsonType.String;

    public bool IsDocument => _type == BsonType.Document;

    public bool IsArray => _type == BsonType.Array;

    public bool IsBoolean => _type == BsonType.Boolean;

    public bool IsObjectId => _type == BsonType.ObjectId;

    public bool IsDateTime => _type == BsonType.DateTime;

    public bool IsBinary => _type == BsonType.Binary;

    public bool IsTimestamp => _type == BsonType.Timestamp;

    public bool IsRegex => _type == BsonType.RegularExpression;

    public int AsInt32 => (int)Expect(BsonType.Int32)._bits;

    public long AsInt64 => Expect(BsonType.Int64)._bits;

    public double AsDouble => BitConverter.Int64BitsToDouble(Expect(BsonType.Double)._bits);

    public bool AsBoolean => Expect(BsonType.Boolean)._bits != 0;

    public string AsString => (string)Expect(BsonType.String)._object!;

    public BsonDocument AsDocument => (BsonDocument)Expect(BsonType.Document)._object!;

    public BsonArray AsArray => (BsonArray)Expect(BsonType.Array)._object!;

    public ObjectId AsObjectId => new((ulong)Expect(BsonType.ObjectId)._bits, _low);

    public long AsMillisecondsSinceEpoch => Expect(BsonType.DateTime)._bits;

    /// <summary>The moment, in UTC. <see cref="OverflowException"/> outside the years 1 to 9999.</summary>
    public DateTime AsDateTime => BsonDateTime.ToDateTime(AsMillisecondsSinceEpoch);

    public BsonBinary AsBinary => new((byte)Expect(BsonType.Binary)._bits, (byte[])_object!);

    public BsonTimestamp AsTimestamp => BsonTimestamp.FromValue((ulong)Expect(BsonType.Timestamp)._bits);

    public BsonRegex AsRegex => (BsonRegex)Expect(BsonType.RegularExpression)._object!;

    public Decimal128 AsDecimal128 => (Decimal128)Expect(BsonType.Decimal128)._object!;

    public string AsSymbol => (string)Expect(BsonType.Symbol)._object!;

    public string AsJavaScript => (string)Expect(BsonType.JavaScript)._object!;

    public BsonJavaScriptWithScope AsJavaScriptWithScope =>
        (BsonJavaScriptWithScope)Expect(BsonType.JavaScriptWithScope)._object!;

    public BsonDbPointer AsDbPointer => (BsonDbPointer)Expect(BsonType.DbPointer)._object!;

    public static BsonValue Symbol(string name) => new(BsonType.Symbol, value: NotNull(name));

    public static BsonValue JavaScript(string code) => new(BsonType.JavaScript, value: NotNull(code));

    public static BsonValue JavaScriptWithScope(string code, BsonDocument scope) =>
        new(BsonType.JavaScriptWithScope, value: new BsonJavaScriptWithScope(NotNull(code), NotNull(scope)));

    public static BsonValue DbPointer(string ns, ObjectId id) =>
        new(BsonType.DbPointer, value: new BsonDbPointer(NotNull(ns), id));

    public static BsonValue FromMillisecondsSinceEpoch(long milliseconds) =>
        new(BsonType.DateTime, milliseconds);

    public static implicit operator BsonValue(int value) => new(BsonType.Int32, value);

    public static implicit operator BsonValue(long value) => new(BsonType.Int64, value);

    public static implicit operator BsonValue(double value) =>
        new(BsonType.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator BsonValue(bool value) => new(BsonType.Boolean, value ? 1 : 0);

    public static implicit operator BsonValue(string? value) =>
        value is null ? Null : new BsonValue(BsonType.String, value: value);

    public static implicit operator BsonValue(BsonDocument? value) =>
        value is null ? Null : new BsonValue(BsonType.Document, value: value);

    public static implicit operator BsonValue(BsonArray? value) =>
        value is null ? Null : new BsonValue(BsonType.Array, value: value);

    public static implicit operator BsonValue(ObjectId value) =>
        new(BsonType.ObjectId, (long)value.High, low: value.Low);

    public static implicit operator BsonValue(Decimal128 value) => new(BsonType.Decimal128, value: value);

    public static implicit operator BsonValue(BsonTimestamp value) =>
        new(BsonType.Timestamp, (long)value.Value);

    public static implicit operator BsonValue(BsonBinary value) =>
        new(BsonType.Binary, value.Subtype, value.Array);

    public static implicit operator BsonValue(byte[]? value) =>
        value is null ? Null : new BsonValue(BsonType.Binary, BsonBinary.Generic, value);

    public static implicit operator BsonValue(BsonRegex? value) =>
        value is null ? Null : new BsonValue(BsonType.RegularExpression, value: value);

    /// <summary>A time without a kind is taken as UTC; a local time is converted. Below a millisecond is cut.</summary>
    public static implicit operator BsonValue(DateTime value) =>
        FromMillisecondsSinceEpoch(BsonDateTime.ToMilliseconds(value));

    /// <summary>Any number as Int32; a fraction is cut. <see cref="OverflowException"/> when it does not fit.</summary>
    public int ToInt32() => checked((int)ToInt64());

    /// <summary>Any number as Int64; a fraction is cut. <see cref="OverflowException"/> when it does not fit.</summary>
    public long ToInt64() =>
        _type switch
        {
            BsonType.Int32 or BsonType.Int64 => _bits,
            BsonType.Double => checked((long)AsDouble),
            BsonType.Decimal128 => AsDecimal128.ToInt64(),
            _ => throw NotANumber(),
        };

    /// <summary>Any number as Double, rounded where it has to be.</summary>
    public double ToDouble() =>
        _type switch
        {
            BsonType.Int32 or BsonType.Int64 => _bits,
            BsonType.Double => AsDouble,
            BsonType.Decimal128 => AsDecimal128.ToDouble(),
            _ => throw NotANumber(),
        };

    /// <summary>True as MongoDB sees it: all but false, zero, null and undefined.</summary>
    public bool ToBoolean() =>
        Type switch
        {
            BsonType.Boolean or BsonType.Int32 or BsonType.Int64 => _bits != 0,
            BsonType.Double => AsDouble != 0,
            BsonType.Decimal128 => !AsDecimal128.IsZero,
            BsonType.Null or BsonType.Undefined => false,
            _ => true,
        };

    /// <summary>A copy that shares nothing which can change.</summary>
    public BsonValue Clone() =>
        _object switch
        {
            BsonDocument document => document.Clone(),
            BsonArray array => array.Clone(),
            BsonJavaScriptWithScope code => JavaScriptWithScope(code.Code, code.Scope.Clone()),
            byte[] bytes => new BsonValue(_type, _bits, bytes.Clone()),
            _ => this,
        };

    public bool Equals(BsonValue other) =>
        Type == other.Type
        && Type switch
        {
            BsonType.Double => AsDouble.Equals(other.AsDouble),
            BsonType.Binary => AsBinary.Equals(other.AsBinary),
            _ => _bits == other._bits && _low == other._low && Equals(_object, other._object),
        };

    public override bool Equals([NotNullWhen(true)] object? obj) => obj is BsonValue other && Equals(other);

    public override int GetHashCode() =>
        Type switch
        {
            BsonType.Double => HashCode.Combine(_type, AsDouble),
            BsonType.Binary => HashCode.Combine(_type, AsBinary),
            _ => HashCode.Combine(Type, _bits, _low, _object),
        };

    public static bool operator ==(BsonValue left, BsonValue right) => left.Equals(right);

    public static bool operator !=(BsonValue left, BsonValue right) => !left.Equals(right);

    /// <summary>The value as relaxed Extended JSON.</summary>
    public override string ToString() => ExtendedJson.Write(this);

    private BsonValue Expect(BsonType type) =>
        Type == type ? this : throw new InvalidCastException($"The BSON value is {Type}, not {type}.");

    private InvalidCastException NotANumber() => new($"The BSON value is {Type}, not a number.");

    private static T NotNull<T>(T value)
        where T : class
    {
        ArgumentNullException.ThrowIfNull(value);
        return value;
    }
}
