namespace Weir.Proxy.Administration;

/// <summary>What a column's values are; null where there is nothing to say.</summary>
public enum ColumnType
{
    /// <summary>Text.</summary>
    Text,

    /// <summary>A whole number.</summary>
    Number,

    /// <summary>A number with a fraction: milliseconds, rates.</summary>
    Fraction,

    /// <summary>True or false.</summary>
    Flag,

    /// <summary>A moment, in UTC.</summary>
    Time,

    /// <summary>A document, or an array.</summary>
    Document,
}
