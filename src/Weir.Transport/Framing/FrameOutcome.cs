namespace Weir.Transport.Framing;

/// <summary>How an attempt to read a frame ended.</summary>
public enum FrameOutcome
{
    /// <summary>A whole frame was read.</summary>
    Frame,

    /// <summary>The channel ended between two frames.</summary>
    Ended,

    /// <summary>The channel ended inside a frame.</summary>
    Truncated,

    /// <summary>The length that the frame announces is below the least or above the most allowed.</summary>
    BadLength,
}
