using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Hosting.Leaders;

namespace Weir.Hosting.Queues;

/// <summary>
/// Does the jobs of a queue, some at a time: claims one, keeps the claim alive while it is done, and says what became
/// of it. When the host stops, jobs under way are cancelled and given back.
/// </summary>
internal sealed partial class QueueConsumer(
    WorkQueueOptions options,
    Func<IServiceProvider, IJobHandler> handler,
    WorkQueues queues,
    IServiceScopeFactory scopes,
    TimeProvider time,
    ILogger<QueueConsumer> logger
) : BackgroundService
{
    private readonly WorkQueue _queue = queues[options.Name];

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        Task.WhenAll(Enumerable.Range(0, options.Concurrency).Select(_ => RunAsync(stoppingToken)));

    private async Task RunAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            Job? job = null;
            try
            {
                job = await _queue.ClaimAsync(stoppingToken);
                if (job is not null)
                {
                    await DoAsync(job, stoppingToken);
                    continue;
                }
            }
            catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
            {
                return;
            }
            catch (StaleFenceException)
            {
                LogLost(logger, options.Name, job!.Id.ToString()!);
                continue;
            }
#pragma warning disable CA1031 // A queue that cannot be asked now may be asked later.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(logger, e, options.Name);
            }
            await Task.Delay(options.PollInterval, time, stoppingToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task DoAsync(Job job, CancellationToken stoppingToken)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
        using var lost = new CancellationTokenSource();
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, lost.Token);
        var beating = KeepAsync(job, lost, ending.Token);
        Exception? failure = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await handler(scope.ServiceProvider).HandleAsync(job, either.Token);
        }
#pragma warning disable CA1031 // What a handler throws is the reason for another attempt.
        catch (Exception e)
#pragma warning restore CA1031
        {
            failure = e;
        }
        await ending.CancelAsync();
        await beating;
        if (lost.IsCancellationRequested)
        {
            throw new StaleFenceException($"queue \"{options.Name}\"", job.Fence);
        }
        // What was done is told even if the host stops meanwhile.
        if (failure is null)
        {
            await _queue.CompleteAsync(job, cancellationToken: CancellationToken.None);
        }
        else if (failure is OperationCanceledException && stoppingToken.IsCancellationRequested)
        {
            await _queue.AbandonAsync(job, CancellationToken.None);
        }
        else
        {
            LogJobFailed(logger, failure, options.Name, job.Id.ToString()!, job.Attempt);
            await _queue.FailAsync(job, failure.Message, CancellationToken.None);
        }
    }

    // A third of the period: two heartbeats may fail before the claim does.
    private async Task KeepAsync(Job job, CancellationTokenSource lost, CancellationToken ending)
    {
        var until = time.GetTimestamp();
        while (true)
        {
            try
            {
                await Task.Delay(options.ClaimPeriod / 3, time, ending);
                var asked = time.GetTimestamp();
                if (!await _queue.HeartbeatAsync(job, ending))
                {
                    await lost.CancelAsync();
                    return;
                }
                until = asked;
            }
            catch (OperationCanceledException) when (ending.IsCancellationRequested)
            {
                return;
            }
#pragma warning disable CA1031 // Tried again, until the claim is over.
            catch (Exception e)
#pragma warning restore CA1031
            {
                LogFailed(logger, e, options.Name);
                if (time.GetElapsedTime(until) >= options.ClaimPeriod)
                {
                    await lost.CancelAsync();
                    return;
                }
            }
        }
    }
}
