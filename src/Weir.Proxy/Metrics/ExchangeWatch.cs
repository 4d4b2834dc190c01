using System.Diagnostics.Metrics;
using System.Text;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Metrics;

/// <summary>
/// Looks at every exchange with one upstream when it ends: its duration goes to the histogram while somebody listens
/// to that, a span is made of it while somebody traces, and one that took long is kept. Allocates nothing but for the
/// last two. Thread-safe.
/// </summary>
internal sealed class ExchangeWatch(
    string upstream,
    Histogram<double>? durations,
    double traceRatio,
    SlowExchanges slow,
    TimeProvider time
)
{
    private readonly KeyValuePair<string, object?>[][] _tags = Array.ConvertAll(
        Enum.GetValues<CommandKind>(),
        kind =>
            (KeyValuePair<string, object?>[])
                [new("db.operation.name", OperationNames.Of(kind)), new("weir.upstream", upstream)]
    );

    private readonly ExchangeSpans _spans = new(upstream, traceRatio, time);

    /// <summary>An exchange is over, however it ended; its buffers are still there.</summary>
    public void Ended(Exchange x)
    {
        // A getMore that waits for data waits because it was told to.
        bool isLongPoll = x.Cursor.IsAwaitable;
        TimeSpan duration = time.GetElapsedTime(x.Started);
        if (durations is { Enabled: true } && !isLongPoll)
            durations.Record(duration.TotalSeconds, _tags[(int)x.View.Kind]);
        if (ProxyTraces.Source.HasListeners() && _spans.IsChosen())
            _spans.Tell(x, duration);
        if (slow.IsSlow(duration) && !isLongPoll && slow.TryEnter())
            slow.Add(Describe(x, duration));
    }

    private SlowExchange Describe(Exchange x, TimeSpan duration) =>
        new(
            time.GetUtcNow(),
            duration,
            x.SentAt == 0 ? null : time.GetElapsedTime(x.Started, x.SentAt),
            Text(x, x.View.Name),
            x.Cursor.Namespace ?? Namespace(x),
            upstream,
            x.Server?.Address.ToString(),
            x.Client.Id,
            x.Client.Application,
            x.Error?.Message
        );

    private static string Namespace(Exchange x) =>
        x.View.Target.IsEmpty
            ? Text(x, x.View.Database)
            : $"{Text(x, x.View.Database)}.{Text(x, x.View.Target)}";

    private static string Text(Exchange x, ByteRange range) =>
        Encoding.UTF8.GetString(range.Of(x.RequestBytes));
}
