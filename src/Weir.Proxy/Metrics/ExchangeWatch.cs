using System.Text;
using Weir.Pooling.Metrics;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Metrics;

/// <summary>
/// Looks at every exchange with one upstream when it ends: its duration goes to the histogram while somebody wants to know
/// it, a span is made of it while somebody traces, and one that took long is kept. Allocates nothing but for the
/// last two. Thread-safe.
/// </summary>
internal sealed class ExchangeWatch(
    string upstream,
    DurationHistogram? durations,
    double traceRatio,
    SlowExchanges slow,
    TimeProvider time
)
{
    /// <summary>By the kind of command.</summary>
    private readonly DurationSeries[] _series = durations is null ? [] : SeriesOf(durations, upstream);

    private readonly ExchangeSpans _spans = new(upstream, traceRatio, time);

    /// <summary>An exchange is over, however it ended; its buffers are still there.</summary>
    public void Ended(Exchange x)
    {
        // A getMore that waits for data waits because it was told to.
        bool isLongPoll = x.Cursor.IsAwaitable;
        TimeSpan duration = time.GetElapsedTime(x.Started);
        if (durations is { IsOn: true } && !isLongPoll)
            _series[(int)x.View.Kind].Record(duration);
        if (ProxyTraces.Source.HasListeners() && _spans.IsChosen())
            _spans.Tell(x, duration);
        if (slow.IsSlow(duration) && !isLongPoll && slow.TryEnter())
            slow.Add(Describe(x, duration));
    }

    private static DurationSeries[] SeriesOf(DurationHistogram durations, string upstream) =>
        Array.ConvertAll(
            Enum.GetValues<CommandKind>(),
            kind =>
                durations.SeriesOf([
                    new("db.operation.name", OperationNames.Of(kind)),
                    new("weir.upstream", upstream),
                ])
        );

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
