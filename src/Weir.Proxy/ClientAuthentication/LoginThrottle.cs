using System.Net;
using System.Net.Sockets;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// Slows those who guess passwords: the answer to a failed login is held back, the longer the more have failed lately
/// from that address or for that name. A login that succeeds never waits, so nobody can be shut out by another's guessing;
/// only the address whose failures are held is refused further tries until they have been answered. Bounded; thread-safe.
/// </summary>
internal sealed class LoginThrottle(TimeProvider time)
{
    /// <summary>Failed logins of one address that are held at a time; further tries are refused.</summary>
    public const int MostHeld = 16;

    /// <summary>The longest time that an answer is held.</summary>
    public static readonly TimeSpan LongestDelay = TimeSpan.FromSeconds(5);

    private const int Slots = 8192;
    private const double Free = 2;
    private static readonly TimeSpan FirstDelay = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HalfLife = TimeSpan.FromMinutes(1);

    private readonly FailureCounts _byAddress = new(Slots, HalfLife, time);
    private readonly FailureCounts _byName = new(Slots, HalfLife, time);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _held = new(StringComparer.Ordinal);

    /// <summary>Failed logins whose answers are held now.</summary>
    public int Held
    {
        get
        {
            lock (_lock)
                return _held.Values.Sum();
        }
    }

    /// <summary>Whether an address may try at all now.</summary>
    public bool MayTry(EndPoint? address)
    {
        lock (_lock)
            return _held.Count == 0 || _held.GetValueOrDefault(KeyOf(address)) < MostHeld;
    }

    /// <summary>A login has failed: how long to hold the answer, between this and <see cref="Release"/>.</summary>
    public TimeSpan Hold(EndPoint? address, string database, string name)
    {
        string key = KeyOf(address);
        lock (_lock)
            _held[key] = _held.GetValueOrDefault(key) + 1;
        double failures = Math.Max(_byAddress.Add(key), _byName.Add($"{database}.{name}"));
        if (failures <= Free)
            return TimeSpan.Zero;
        double delay = FirstDelay.TotalMilliseconds * Math.Pow(2, Math.Min(failures - Free, 16));
        return TimeSpan.FromMilliseconds(Math.Min(delay, LongestDelay.TotalMilliseconds));
    }

    /// <summary>The answer to a failed login goes out, or its client has gone.</summary>
    public void Release(EndPoint? address)
    {
        string key = KeyOf(address);
        lock (_lock)
        {
            int left = _held.GetValueOrDefault(key) - 1;
            if (left > 0)
                _held[key] = left;
            else
                _held.Remove(key);
        }
    }

    /// <summary>Whoever has one IPv6 address has a whole /64 of them.</summary>
    internal static string KeyOf(EndPoint? address)
    {
        if (address is not IPEndPoint { Address: var ip })
            return "local";
        if (ip.IsIPv4MappedToIPv6)
            ip = ip.MapToIPv4();
        return ip.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(ip.GetAddressBytes().AsSpan(0, 8))
            // Not ToString: an address keeps its text, and there is one per client.
            : $"{ip}";
    }
}
