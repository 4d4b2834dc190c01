namespace Weir.Sync.Runs;

/// <summary>A run cannot go on. Says why, and what to do.</summary>
public sealed class SyncException : Exception
{
    internal SyncException(string message)
        : base(message) { }
}
