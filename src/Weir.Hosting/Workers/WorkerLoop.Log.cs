using Microsoft.Extensions.Logging;

namespace Weir.Hosting.Workers;

internal sealed partial class WorkerLoop
{
    [LoggerMessage(1, LogLevel.Error, "{Worker}: run {Number} failed")]
    private static partial void LogFailed(ILogger logger, Exception failure, string worker, long number);

    [LoggerMessage(2, LogLevel.Error, "{Worker}: run {Number} was cancelled after {Timeout}")]
    private static partial void LogTimedOut(ILogger logger, string worker, long number, TimeSpan timeout);

    [LoggerMessage(3, LogLevel.Information, "{Worker}: leads, with fence {Fence}")]
    private static partial void LogLeads(ILogger logger, string worker, long fence);

    [LoggerMessage(4, LogLevel.Warning, "{Worker}: leads no longer")]
    private static partial void LogLost(ILogger logger, string worker);
}
