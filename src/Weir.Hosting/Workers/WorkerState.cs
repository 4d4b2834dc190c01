namespace Weir.Hosting.Workers;

/// <summary>What a worker does now.</summary>
public enum WorkerState
{
    /// <summary>It waits for its next run.</summary>
    Waiting,

    /// <summary>It waits to become the leader.</summary>
    Standby,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>The host has stopped it, or its schedule has come to its end.</summary>
    Stopped,
}
