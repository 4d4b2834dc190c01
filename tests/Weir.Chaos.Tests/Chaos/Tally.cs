using System.Collections.Concurrent;
using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests.Chaos;

/// <summary>How the clients fared.</summary>
internal sealed class Tally
{
    /// <summary>
    /// What a client may be told while servers fail. No code that makes a driver throw away its connections to Weir
    /// is among them.
    /// </summary>
    private static readonly HashSet<int> Acceptable =
    [
        6, // HostUnreachable
        43, // CursorNotFound
        133, // FailedToSatisfyReadPreference
        373, // PooledConnectionAcquisitionExceededTimeLimit
        462, // IngressRequestRateLimitExceeded
    ];

    private readonly ConcurrentDictionary<string, int> _refused = new();
    private int _answered;
    private int _closed;
    private int _killed;

    public int AnsweredCount => _answered;

    public int ClosedCount => _closed;

    public int RefusedCount => _refused.Values.Sum();

    public void Answered() => Interlocked.Increment(ref _answered);

    public void Closed() => Interlocked.Increment(ref _closed);

    public void Killed() => Interlocked.Increment(ref _killed);

    public void Refused(BsonDocument reply, string what)
    {
        int code = reply.GetValueOrDefault("code") is { IsNumber: true } number ? number.ToInt32() : 0;
        if (
            !Acceptable.Contains(code)
            || !reply["errmsg"].AsString.StartsWith("weir: ", StringComparison.Ordinal)
        )
            throw new WrongReplyException($"{what} was answered with {reply}");
        _refused.AddOrUpdate(
            $"{code} {what[(what.IndexOf(',', StringComparison.Ordinal) + 2)..]}",
            1,
            (_, n) => n + 1
        );
    }

    public override string ToString() =>
        $"{_answered} answered, {_closed} closed, {_killed} killed; refused: "
        + string.Join(", ", _refused.OrderBy(r => r.Key).Select(r => $"{r.Value} x {r.Key}"));
}
