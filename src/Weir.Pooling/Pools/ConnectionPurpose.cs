namespace Weir.Pooling.Pools;

/// <summary>What a connection is checked out for.</summary>
public enum ConnectionPurpose
{
    /// <summary>One operation, or nothing that was said.</summary>
    Other,

    /// <summary>A cursor that can be read nowhere else.</summary>
    Cursor,

    /// <summary>A transaction that can go on nowhere else.</summary>
    Transaction,
}
