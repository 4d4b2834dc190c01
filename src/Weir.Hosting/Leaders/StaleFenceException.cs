namespace Weir.Hosting.Leaders;

/// <summary>A write was refused: whoever sent it leads no longer.</summary>
public sealed class StaleFenceException : Exception
{
    /// <summary>Says what was refused, and with which fence.</summary>
    public StaleFenceException(string place, long fence)
        : base($"{place}: the write with fence {fence} was refused, because a later holder has taken over")
    {
        Fence = fence;
    }

    /// <summary>The fence that is too old.</summary>
    public long Fence { get; }
}
