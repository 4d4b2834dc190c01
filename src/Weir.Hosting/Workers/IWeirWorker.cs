namespace Weir.Hosting.Workers;

/// <summary>Work that is done again and again. A new one is made for every run, in a scope of its own.</summary>
public interface IWeirWorker
{
    /// <summary>One run.</summary>
    /// <param name="run">Which run it is.</param>
    /// <param name="cancellationToken">
    /// Cancelled when the host stops, the run's time is over, or another process has become the leader: end soon.
    /// </param>
    Task RunAsync(WorkerRun run, CancellationToken cancellationToken);
}
