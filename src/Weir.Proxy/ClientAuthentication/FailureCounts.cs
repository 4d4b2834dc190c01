using System.Security.Cryptography;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// How often something has failed lately, by key. A count halves each half-life. Bounded: keys share a fixed number of
/// slots by a secret hash, so nobody can push another's count out, and two keys of one slot (rare) are counted together.
/// Thread-safe.
/// </summary>
internal sealed class FailureCounts(int slots, TimeSpan halfLife, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly (double Count, long At)[] _slots = new (double, long)[slots];
    private readonly byte[] _secret = RandomNumberGenerator.GetBytes(16);

    /// <summary>Counts a failure; how many there are with it.</summary>
    public double Add(string key)
    {
        int index = Index(key);
        lock (_lock)
        {
            double count = Count_NeedsLock(index) + 1;
            _slots[index] = (count, time.GetTimestamp());
            return count;
        }
    }

    /// <summary>How many there are.</summary>
    public double Of(string key)
    {
        int index = Index(key);
        lock (_lock)
            return Count_NeedsLock(index);
    }

    private double Count_NeedsLock(int index)
    {
        (double count, long at) = _slots[index];
        return count == 0 ? 0 : count * Math.Pow(0.5, time.GetElapsedTime(at) / halfLife);
    }

    private int Index(string key)
    {
        byte[] hash = HMACSHA256.HashData(_secret, System.Text.Encoding.UTF8.GetBytes(key));
        return (int)(BitConverter.ToUInt32(hash) % (uint)_slots.Length);
    }
}
