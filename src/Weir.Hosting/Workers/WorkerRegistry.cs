using System.Collections.Concurrent;

namespace Weir.Hosting.Workers;

/// <summary>Where the loops of this process's workers tell how they stand.</summary>
internal sealed class WorkerRegistry : IWorkers
{
    private readonly ConcurrentDictionary<string, WorkerStatus> _statuses = new(StringComparer.Ordinal);

    public IReadOnlyList<WorkerStatus> GetStatuses() =>
        [.. _statuses.Values.OrderBy(w => w.Name, StringComparer.Ordinal)];

    /// <exception cref="InvalidOperationException">There is a worker of that name.</exception>
    public void Add(WorkerStatus status)
    {
        if (!_statuses.TryAdd(status.Name, status))
        {
            throw new InvalidOperationException(
                $"there are two workers named \"{status.Name}\": give one of them another Name"
            );
        }
    }

    /// <summary>Only a worker's own loop changes its status, so nothing is lost in between.</summary>
    public void Change(string name, Func<WorkerStatus, WorkerStatus> change) =>
        _statuses[name] = change(_statuses[name]);
}
