namespace Weir.Sync.Transforms;

/// <summary>How a condition looks at a field.</summary>
public enum ConditionOperator
{
    /// <summary>Equal; a missing field equals null.</summary>
    Eq,

    /// <summary>Not equal.</summary>
    Ne,

    /// <summary>One of a list.</summary>
    In,

    /// <summary>None of a list.</summary>
    Nin,

    /// <summary>There, or (false) not there.</summary>
    Exists,

    /// <summary>Greater, within the same kind of value: numbers, texts, times, ObjectIds.</summary>
    Gt,

    /// <summary>Greater or equal.</summary>
    Gte,

    /// <summary>Less.</summary>
    Lt,

    /// <summary>Less or equal.</summary>
    Lte,
}
