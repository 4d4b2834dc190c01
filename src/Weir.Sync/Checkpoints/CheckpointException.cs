namespace Weir.Sync.Checkpoints;

/// <summary>A checkpoint cannot be written although the server answers.</summary>
public sealed class CheckpointException : Exception
{
    internal CheckpointException(string message)
        : base(message) { }
}
