namespace Weir.Sync.Sources;

/// <summary>A source cannot be read. Says which, and what to do.</summary>
public sealed class SourceException : Exception
{
    /// <summary>Says what failed.</summary>
    /// <param name="message">Which source, what failed, and what can be done.</param>
    /// <param name="isTransient">Whether trying again later may help.</param>
    /// <param name="cause">What it came of.</param>
    public SourceException(string message, bool isTransient = false, Exception? cause = null)
        : base(message, cause) => IsTransient = isTransient;

    /// <summary>Whether trying again later may help.</summary>
    public bool IsTransient { get; }

    /// <summary>How long the source asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}
