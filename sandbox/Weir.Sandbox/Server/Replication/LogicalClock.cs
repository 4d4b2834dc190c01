using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>The deployment's cluster time: ticks with every write, follows what clients gossip. Thread-safe.</summary>
internal sealed class LogicalClock
{
    private readonly TimeProvider time;
    private long current;

    public LogicalClock(TimeProvider time)
    {
        this.time = time;
        Tick();
    }

    public BsonTimestamp Current => ToTimestamp(Volatile.Read(ref current));

    public BsonTimestamp Tick()
    {
        while (true)
        {
            var before = Volatile.Read(ref current);
            var after = Math.Max(before + 1, (time.GetUtcNow().ToUnixTimeSeconds() << 32) | 1);
            if (Interlocked.CompareExchange(ref current, after, before) == before)
            {
                return ToTimestamp(after);
            }
        }
    }

    /// <summary>Follows a later time that a client has seen.</summary>
    public void Observe(BsonTimestamp seen)
    {
        var later = ToInt64(seen);
        while (true)
        {
            var before = Volatile.Read(ref current);
            if (later <= before || Interlocked.CompareExchange(ref current, later, before) == before)
            {
                return;
            }
        }
    }

    public static long ToInt64(BsonTimestamp timestamp) =>
        ((long)timestamp.Seconds << 32) | timestamp.Increment;

    private static BsonTimestamp ToTimestamp(long value) => new((uint)(value >> 32), (uint)value);
}
