using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>The cluster time that replies carry: there is one server, so any time that only grows will do.</summary>
internal sealed class ClusterClock
{
    private readonly Lock _gate = new();
    private BsonTimestamp _last;

    public BsonTimestamp Next()
    {
        var seconds = (uint)TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
        lock (_gate)
        {
            _last =
                seconds > _last.Seconds ? new(seconds, 1) : _last with { Increment = _last.Increment + 1 };
            return _last;
        }
    }
}
