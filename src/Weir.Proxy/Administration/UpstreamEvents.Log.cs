using Microsoft.Extensions.Logging;
using Weir.Pooling.Topologies;

namespace Weir.Proxy.Administration;

internal sealed partial class UpstreamEvents
{
    [LoggerMessage(40, LogLevel.Information, "{Upstream}: the pool of {Server} is ready")]
    private static partial void LogPoolReady(ILogger logger, string upstream, string server);

    [LoggerMessage(41, LogLevel.Warning, "{Upstream}: the pool of {Server} was cleared: {Cause}")]
    private static partial void LogPoolCleared(ILogger logger, string upstream, string server, string cause);

    [LoggerMessage(
        42,
        LogLevel.Debug,
        "connection {Connection} of {Upstream} to {Server} is ready after {Millis:0.#} ms"
    )]
    private static partial void LogConnectionReady(
        ILogger logger,
        string connection,
        string upstream,
        string server,
        double millis
    );

    [LoggerMessage(
        43,
        LogLevel.Debug,
        "connection {Connection} of {Upstream} to {Server} was closed: {Reason}"
    )]
    private static partial void LogConnectionClosed(
        ILogger logger,
        string connection,
        string upstream,
        string server,
        string reason
    );

    [LoggerMessage(44, LogLevel.Information, "{Server} of {Upstream} changed from {Before} to {Now}{Error}")]
    private static partial void LogServerChanged(
        ILogger logger,
        string server,
        string upstream,
        ServerType before,
        ServerType now,
        string error
    );

    [LoggerMessage(45, LogLevel.Warning, "{Upstream}: DNS for {Service} cannot be used: {Problem}")]
    private static partial void LogSeedlistProblem(
        ILogger logger,
        string upstream,
        string service,
        string problem
    );
}
