namespace Weir.Pooling.Dns;

/// <summary>The choice that <c>srvMaxHosts</c> asks for.</summary>
internal static class HostLimit
{
    /// <summary>All of them when there is no limit (zero) or no more than that; else so many, by lot.</summary>
    public static IReadOnlyList<T> Choose<T>(IReadOnlyList<T> hosts, int limit, Random random)
    {
        if (limit == 0 || limit >= hosts.Count)
        {
            return hosts;
        }
        T[] shuffled = [.. hosts];
        random.Shuffle(shuffled);
        return shuffled[..Math.Max(0, limit)];
    }
}
