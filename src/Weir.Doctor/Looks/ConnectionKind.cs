namespace Weir.Doctor.Looks;

/// <summary>What a connection was doing when it was seen.</summary>
public enum ConnectionKind
{
    /// <summary>Nothing: it waits in a pool, or between two round-trip measurements of a monitor.</summary>
    Idle,

    /// <summary>It runs an operation.</summary>
    Active,

    /// <summary>It is a driver's monitor: a hello that the server answers when something changes.</summary>
    Monitor,

    /// <summary>It belongs to another server of the deployment.</summary>
    Internal,

    /// <summary>It is this program's own.</summary>
    Own,
}
