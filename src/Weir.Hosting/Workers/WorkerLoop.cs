using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Weir.Hosting.Leaders;

namespace Weir.Hosting.Workers;

/// <summary>
/// Runs one worker by its schedule: one run at a time, each in a scope of its own and within its time. A failed run
/// is logged, and the next is due as if it had not failed.
/// </summary>
internal sealed partial class WorkerLoop(
    WorkerOptions options,
    WorkerSchedule schedule,
    Func<IServiceProvider, IWeirWorker> worker,
    IServiceScopeFactory scopes,
    IServiceProvider services,
    WorkerRegistry registry,
    TimeProvider time,
    ILogger<WorkerLoop> logger
) : BackgroundService
{
    private long _runs;

    public override Task StartAsync(CancellationToken cancellationToken)
    {
        registry.Add(new WorkerStatus { Name = options.Name, Schedule = schedule.ToString()! });
        return base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            if (options.Leader is null)
            {
                await RunAsync(null, stoppingToken);
                return;
            }
            var leaders = ActivatorUtilities.CreateInstance<LeaderLease>(
                services,
                options.Name,
                options.Leader
            );
            while (!stoppingToken.IsCancellationRequested)
            {
                await LeadAsync(leaders, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops: as it should be.
        }
        finally
        {
            Tell(s => s with { State = WorkerState.Stopped, NextDue = null, Fence = null });
        }
    }

    private async Task LeadAsync(LeaderLease leaders, CancellationToken stoppingToken)
    {
        Tell(s => s with { State = WorkerState.Standby, NextDue = null });
        await using var term = await leaders.AcquireAsync(stoppingToken);
        LogLeads(logger, options.Name, term.Fence);
        Tell(s => s with { Fence = term.Fence });
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken, term.Lost);
        try
        {
            await RunAsync(term, either.Token);
        }
        catch (OperationCanceledException) when (term.Lost.IsCancellationRequested)
        {
            LogLost(logger, options.Name);
        }
        finally
        {
            Tell(s => s with { Fence = null });
        }
    }

    private async Task RunAsync(LeaderTerm? term, CancellationToken cancellationToken)
    {
        var due = options.RunsAtStart ? time.GetUtcNow() : schedule.Next(time.GetUtcNow());
        while (due is { } at)
        {
            Tell(s => s with { State = WorkerState.Waiting, NextDue = at });
            var wait = at - time.GetUtcNow() + Random.Shared.NextDouble() * options.Jitter;
            if (wait > TimeSpan.Zero)
            {
                await Task.Delay(wait, time, cancellationToken);
            }
            cancellationToken.ThrowIfCancellationRequested();
            await RunOnceAsync(at, term, cancellationToken);
            due = NextAfter(at);
        }
    }

    // No overlap: what came due while a run ran is left out.
    private DateTimeOffset? NextAfter(DateTimeOffset at)
    {
        var next = schedule.Next(at);
        var skipped = 0;
        while (next is { } due && due <= time.GetUtcNow())
        {
            skipped++;
            next = schedule.Next(due);
        }
        if (skipped > 0)
        {
            Tell(s => s with { Skipped = s.Skipped + skipped });
        }
        return next;
    }

    private async Task RunOnceAsync(DateTimeOffset due, LeaderTerm? term, CancellationToken cancellationToken)
    {
        var number = ++_runs;
        Tell(s =>
            s with
            {
                State = WorkerState.Running,
                NextDue = null,
                LastStarted = time.GetUtcNow(),
                Runs = number,
            }
        );
        var limit = options.Timeout > TimeSpan.Zero ? options.Timeout : Timeout.InfiniteTimeSpan;
        using var timer = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timer.Token, cancellationToken);
        string? error = null;
        try
        {
            await using var scope = scopes.CreateAsyncScope();
            await worker(scope.ServiceProvider)
                .RunAsync(new WorkerRun(options.Name, number, due, term), either.Token);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            error = "cancelled";
            throw;
        }
        catch (OperationCanceledException) when (timer.IsCancellationRequested)
        {
            error = $"cancelled after {options.Timeout} (Timeout)";
            LogTimedOut(logger, options.Name, number, options.Timeout);
            Tell(s => s with { Timeouts = s.Timeouts + 1 });
        }
#pragma warning disable CA1031 // One run that fails shall not end the worker.
        catch (Exception e)
#pragma warning restore CA1031
        {
            error = e.Message;
            LogFailed(logger, e, options.Name, number);
        }
        finally
        {
            Tell(s =>
                s with
                {
                    LastEnded = time.GetUtcNow(),
                    LastError = error,
                    Failures = s.Failures + (error is null ? 0 : 1),
                }
            );
        }
    }

    private void Tell(Func<WorkerStatus, WorkerStatus> change) => registry.Change(options.Name, change);
}
