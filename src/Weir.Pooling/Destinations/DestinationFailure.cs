namespace Weir.Pooling.Destinations;

/// <summary>Why there is no lease of a destination.</summary>
public enum DestinationFailure
{
    /// <summary>No destination has this name.</summary>
    Unknown,

    /// <summary>Its settings cannot be used: a connection string that is malformed or contradicts itself.</summary>
    Invalid,

    /// <summary>It cannot be connected to: no server answers, or it refuses the credential.</summary>
    Unreachable,

    /// <summary>This process is shutting down.</summary>
    ShuttingDown,
}
