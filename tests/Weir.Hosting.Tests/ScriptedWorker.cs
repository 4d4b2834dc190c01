using System.Collections.Concurrent;
using Weir.Hosting.Workers;

namespace Weir.Hosting.Tests;

/// <summary>A worker that does what its test says.</summary>
internal sealed class ScriptedWorker : IWeirWorker
{
    private TaskCompletionSource? _held;
    private int _running;

    public ConcurrentQueue<WorkerRun> Runs { get; } = new();

    public int Running => Volatile.Read(ref _running);

    public Exception? Failure { get; set; }

    /// <summary>Runs take until this is completed.</summary>
    public TaskCompletionSource Hold() => _held = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public void Release() => _held = null;

    public async Task RunAsync(WorkerRun run, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _running);
        try
        {
            Runs.Enqueue(run);
            if (_held is { } held)
            {
                await held.Task.WaitAsync(cancellationToken);
            }
            if (Failure is not null)
            {
                throw Failure;
            }
        }
        finally
        {
            Interlocked.Decrement(ref _running);
        }
    }
}
