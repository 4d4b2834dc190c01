namespace Weir.Pooling.Destinations;

/// <summary>How far a destination is.</summary>
public enum DestinationState
{
    /// <summary>Nothing is open. The next lease opens it.</summary>
    Idle,

    /// <summary>It is being connected to, for those who wait for a lease.</summary>
    Opening,

    /// <summary>Its pools are open, whether anybody holds a lease or not.</summary>
    Open,

    /// <summary>The process is shutting down: no new leases. Those that are out may finish.</summary>
    Draining,

    /// <summary>Its pools are closed for good.</summary>
    Closed,
}
