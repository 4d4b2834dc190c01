using Microsoft.Extensions.Logging;

namespace Weir.Hosting.Queues;

internal sealed partial class QueueConsumer
{
    [LoggerMessage(20, LogLevel.Warning, "{Queue}: attempt {Attempt} at job {Job} failed")]
    private static partial void LogJobFailed(
        ILogger logger,
        Exception failure,
        string queue,
        string job,
        int attempt
    );

    [LoggerMessage(21, LogLevel.Warning, "{Queue}: job {Job} was lost to another consumer")]
    private static partial void LogLost(ILogger logger, string queue, string job);

    [LoggerMessage(22, LogLevel.Warning, "{Queue}: the queue could not be asked")]
    private static partial void LogFailed(ILogger logger, Exception failure, string queue);
}
