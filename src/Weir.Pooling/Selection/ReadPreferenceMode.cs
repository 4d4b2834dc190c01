namespace Weir.Pooling.Selection;

/// <summary>Which replica set members a read may go to.</summary>
public enum ReadPreferenceMode
{
    /// <summary>The primary only.</summary>
    Primary = 0,

    /// <summary>The primary; while there is none, a secondary.</summary>
    PrimaryPreferred,

    /// <summary>A secondary only.</summary>
    Secondary,

    /// <summary>A secondary; while there is none, the primary.</summary>
    SecondaryPreferred,

    /// <summary>Any of them that is near.</summary>
    Nearest,
}
