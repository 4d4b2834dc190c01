using Weir.Sync.Checkpoints;

namespace Weir.Sync.Runs;

/// <summary>How far an entity's run is, for whoever shows it. Thread-safe; every reading is of a moment.</summary>
public sealed class EntityProgress
{
    private readonly Lock _gate = new();
    private Counts _counts;
    private Counts _before;

    /// <summary>The <see cref="Activity"/> of comparing a source with its destination: records are read only.</summary>
    public const string Verifying = "verifying";

    internal EntityProgress(string job, string entity)
    {
        Job = job;
        Entity = entity;
    }

    /// <summary>The job.</summary>
    public string Job { get; }

    /// <summary>The entity.</summary>
    public string Entity { get; }

    /// <summary>What is being done, in a word: waiting, copying, following …</summary>
    public string Activity { get; internal set; } = "waiting";

    /// <summary>How it ended; <see langword="null"/>: it has not.</summary>
    public EntityResult? Result { get; private set; }

    /// <summary>About how many records there are; <see langword="null"/>: not known.</summary>
    public long? Estimate { get; internal set; }

    /// <summary>When this process began with it, on the clock's timestamps; 0: it has not.</summary>
    public long Began { get; internal set; }

    /// <summary>When it ended here, on the clock's timestamps; 0: it has not.</summary>
    public long Ended { get; private set; }

    /// <summary>Attempts that failed and were repeated.</summary>
    public long Retries => Interlocked.Read(ref _retries);

    private long _retries;

    /// <summary>What was done in the run so far, by other processes too.</summary>
    public Counts Counts
    {
        get
        {
            lock (_gate)
            {
                return _counts;
            }
        }
    }

    /// <summary>What was done before this process took the run over.</summary>
    public Counts Before
    {
        get
        {
            lock (_gate)
            {
                return _before;
            }
        }
    }

    internal void Begin(Counts before, long? estimate, long now)
    {
        lock (_gate)
        {
            _counts = _before = before;
        }
        Estimate = estimate;
        Began = now;
    }

    internal void Add(Counts more)
    {
        lock (_gate)
        {
            _counts += more;
        }
    }

    internal void End(EntityResult result, long now)
    {
        Ended = now;
        Result = result;
        Activity = "ended";
    }

    internal void CountRetry() => Interlocked.Increment(ref _retries);
}
