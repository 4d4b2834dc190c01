using System.Net;
using Microsoft.Extensions.Logging;

namespace Weir.Proxy;

public sealed partial class ProxyServer
{
    [LoggerMessage(20, LogLevel.Information, "Listening on {EndPoint} for upstream {Upstream}")]
    private static partial void LogListening(ILogger logger, EndPoint endPoint, string upstream);

    [LoggerMessage(21, LogLevel.Information, "Draining: {Clients} clients are connected")]
    private static partial void LogDraining(ILogger logger, int clients);

    [LoggerMessage(22, LogLevel.Information, "Drained: every connection is closed")]
    private static partial void LogDrained(ILogger logger);
}
