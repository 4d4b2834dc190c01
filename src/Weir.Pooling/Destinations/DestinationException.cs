namespace Weir.Pooling.Destinations;

/// <summary>A destination cannot be used. Names the destination, and never a password.</summary>
public sealed class DestinationException : Exception
{
    /// <summary>Says which destination, what failed, and why.</summary>
    public DestinationException(
        string destination,
        DestinationFailure failure,
        string reason,
        Exception? cause = null
    )
        : base($"destination \"{destination}\": {reason}", cause)
    {
        Destination = destination;
        Failure = failure;
    }

    /// <summary>The destination's name.</summary>
    public string Destination { get; }

    /// <summary>What kind of failure it is.</summary>
    public DestinationFailure Failure { get; }
}
