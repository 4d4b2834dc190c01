namespace Weir.Pooling.Authentication;

/// <summary>
/// Remembers derived keys, so that all the connections of a pool cost one derivation, also when they open at
/// the same moment. Bounded: the oldest entry makes room. Thread-safe; the derivation runs on the thread pool.
/// </summary>
public sealed class ScramKeyCache
{
    private readonly Lock _lock = new();
    private readonly int _capacity;
    private readonly Func<Key, ScramKeys> _derive;
    private readonly Dictionary<Key, Task<ScramKeys>> _entries = [];
    private readonly Queue<Key> _oldestFirst = [];

    /// <summary>Creates an empty cache. A deployment needs one or two entries per server.</summary>
    public ScramKeyCache(int capacity = 64)
        : this(
            capacity,
            key =>
                ScramKeys.Derive(
                    key.Mechanism,
                    key.Password,
                    Convert.FromBase64String(key.Salt),
                    key.Iterations
                )
        ) { }

    internal ScramKeyCache(int capacity, Func<Key, ScramKeys> derive)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(capacity, 1);
        _capacity = capacity;
        _derive = derive;
    }

    internal int Count
    {
        get
        {
            lock (_lock)
            {
                return _entries.Count;
            }
        }
    }

    /// <summary>The keys, derived now unless they are known or on their way. Cancelling ends only this wait.</summary>
    internal Task<ScramKeys> GetAsync(
        ScramMechanism mechanism,
        string preparedPassword,
        ScramChallenge challenge,
        CancellationToken cancellationToken
    )
    {
        var key = new Key(
            mechanism,
            preparedPassword,
            Convert.ToBase64String(challenge.Salt),
            challenge.Iterations
        );
        Task<ScramKeys>? keys;
        Task<ScramKeys>? begun = null;
        lock (_lock)
        {
            if (!_entries.TryGetValue(key, out keys))
            {
                MakeRoom_NeedsLock();
                _oldestFirst.Enqueue(key);
            }
            // One that failed (out of memory, say) is not remembered as such.
            if (keys is null or { IsFaulted: true })
            {
                begun = keys = new Task<ScramKeys>(() => _derive(key), TaskCreationOptions.DenyChildAttach);
                _entries[key] = keys;
            }
        }
        begun?.Start(TaskScheduler.Default);
        return keys.WaitAsync(cancellationToken);
    }

    private void MakeRoom_NeedsLock()
    {
        while (_entries.Count >= _capacity)
        {
            _entries.Remove(_oldestFirst.Dequeue());
        }
    }

    internal sealed record Key(ScramMechanism Mechanism, string Password, string Salt, int Iterations)
    {
        /// <summary>Never the password.</summary>
        public override string ToString() => Mechanism.Name;
    }
}
