namespace Weir.Pooling.Destinations;

/// <summary>How far a destination is.</summary>
public enum DestinationState
{
    /// <summary>Nothing is open, but for pools that leases of before still hold. The next lease opens it.</summary>
    Idle,

    /// <summary>It is being connected to, for those who wait for a lease.</summary>
    Opening,

    /// <summary>Its pools are open, whether anybody holds a lease or not.</summary>
    Open,

    /// <summary>
    /// Its pools are open, but nothing was heard for a while or something failed: whether they still work is being
    /// found out, and if they do not, others are opened to take their place.
    /// </summary>
    Checking,

    /// <summary>The process is shutting down: no new leases. Those that are out may finish.</summary>
    Draining,

    /// <summary>Its pools are closed for good.</summary>
    Closed,
}
