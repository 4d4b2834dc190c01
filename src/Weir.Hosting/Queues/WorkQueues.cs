using Weir.Pooling.Destinations;

namespace Weir.Hosting.Queues;

/// <summary>The queues that were added, by name.</summary>
public sealed class WorkQueues
{
    private readonly Dictionary<string, WorkQueue> _queues;

    /// <summary>Makes a queue of each of the options.</summary>
    public WorkQueues(IEnumerable<WorkQueueOptions> options, IDestinations destinations)
    {
        _queues = options.ToDictionary(
            o => o.Name,
            o => new WorkQueue(o, destinations),
            StringComparer.Ordinal
        );
    }

    /// <summary>The queue of that name.</summary>
    /// <exception cref="KeyNotFoundException">None was added.</exception>
    public WorkQueue this[string name] =>
        _queues.TryGetValue(name, out var queue)
            ? queue
            : throw new KeyNotFoundException($"no queue named \"{name}\" was added with AddWeirQueue");
}
