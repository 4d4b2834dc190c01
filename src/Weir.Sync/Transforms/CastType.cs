namespace Weir.Sync.Transforms;

/// <summary>The types that a field can be cast to.</summary>
public enum CastType
{
    /// <summary>Text: numbers in invariant form, times in ISO 8601, ObjectIds in hexadecimal.</summary>
    String,

    /// <summary>A 32-bit integer.</summary>
    Int,

    /// <summary>A 64-bit integer.</summary>
    Long,

    /// <summary>A double.</summary>
    Double,

    /// <summary>A Decimal128.</summary>
    Decimal,

    /// <summary>A boolean: true, false, 1, 0, yes, no, and numbers.</summary>
    Bool,

    /// <summary>A time: ISO 8601 (UTC where no offset is given), or milliseconds since 1970.</summary>
    Date,

    /// <summary>An ObjectId of 24 hexadecimal digits.</summary>
    ObjectId,
}
