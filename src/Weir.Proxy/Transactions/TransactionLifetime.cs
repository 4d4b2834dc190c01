using Microsoft.Extensions.Logging;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Proxy.Errors;

namespace Weir.Proxy.Transactions;

/// <summary>
/// How long a deployment's servers let a transaction live, as their parameter says; until that is known, and where it
/// can't be read (a mongos has none, and not every user may), as long as pins are kept at all. Thread-safe.
/// </summary>
internal sealed partial class TransactionLifetime(
    Func<Deployment> deployment,
    string upstream,
    TimeSpan otherwise,
    TimeProvider time,
    ILogger logger
)
{
    private const string Parameter = "transactionLifetimeLimitSeconds";

    /// <summary>An administrator may change it while servers run.</summary>
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(10);

    /// <summary>Servers look for what has lived too long once a second.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(2);

    private long _ticks = otherwise.Ticks;
    private long _read;
    private int _isReading;
    private bool _isKnownMissing;

    /// <summary>After this long since its beginning an open transaction has been aborted by its server.</summary>
    public TimeSpan Value => TimeSpan.FromTicks(Interlocked.Read(ref _ticks));

    /// <summary>Asks a server, when one is known and it has not been asked lately. Never fails.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        long read = Interlocked.Read(ref _read);
        if (read != 0 && time.GetElapsedTime(read) < Interval)
            return;
        if (deployment().TrySelectServer(ReadPreference.Primary, write: true) is not { } server)
            return;
        if (Interlocked.Exchange(ref _isReading, 1) != 0)
            return;
        try
        {
            BsonDocument reply = await server.RunCommandAsync(
                "admin",
                new BsonDocument { ["getParameter"] = 1, [Parameter] = 1 },
                cancellationToken
            );
            Interlocked.Exchange(ref _read, time.GetTimestamp());
            if (reply.GetValueOrDefault(Parameter) is { IsNumber: true } seconds && seconds.ToInt64() > 0)
                Interlocked.Exchange(ref _ticks, (TimeSpan.FromSeconds(seconds.ToInt64()) + Late).Ticks);
            else
                Missing("it is not in the answer");
        }
        catch (CommandException e)
        {
            Interlocked.Exchange(ref _read, time.GetTimestamp());
            Missing(e.Message);
        }
        // Asked again with the next look.
        catch (Exception e) when (UpstreamFailure.IsExpected(e)) { }
        finally
        {
            Volatile.Write(ref _isReading, 0);
        }
    }

    private void Missing(string reason)
    {
        Interlocked.Exchange(ref _ticks, otherwise.Ticks);
        if (!_isKnownMissing)
            LogMissing(logger, upstream, otherwise.TotalSeconds, reason);
        _isKnownMissing = true;
    }

    [LoggerMessage(
        27,
        LogLevel.Information,
        "The servers of upstream {Upstream} do not tell transactionLifetimeLimitSeconds, so pins of transactions are kept for {Seconds} s: {Reason}"
    )]
    private static partial void LogMissing(ILogger logger, string upstream, double seconds, string reason);
}
