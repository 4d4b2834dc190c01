namespace Weir.Doctor.Source.Code;

/// <summary>What becomes of a client after it is made.</summary>
internal enum Fate
{
    /// <summary>It is kept somewhere that outlives the call.</summary>
    Kept,

    /// <summary>It is handed to the caller, itself or its database.</summary>
    Returned,

    /// <summary>It is used in the function that made it, and nowhere else.</summary>
    Local,
}
