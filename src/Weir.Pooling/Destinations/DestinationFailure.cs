namespace Weir.Pooling.Destinations;

/// <summary>Why a destination cannot be used.</summary>
public enum DestinationFailure
{
    /// <summary>No destination has this name.</summary>
    Unknown,

    /// <summary>It could not be looked up: the resolver failed.</summary>
    Unresolved,

    /// <summary>
    /// Its settings cannot be used: a connection string that is malformed, contradicts itself or cannot be decrypted.
    /// </summary>
    Invalid,

    /// <summary>It cannot be connected to: no server answers, or it refuses the credential.</summary>
    Unreachable,

    /// <summary>As many operations run on it as may, and no turn came in time.</summary>
    Busy,

    /// <summary>This process is shutting down.</summary>
    ShuttingDown,
}
