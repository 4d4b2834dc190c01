namespace Weir.Hosting.Workers;

/// <summary>The workers of this process. Thread-safe.</summary>
public interface IWorkers
{
    /// <summary>How each of them stands, by name.</summary>
    IReadOnlyList<WorkerStatus> GetStatuses();
}
