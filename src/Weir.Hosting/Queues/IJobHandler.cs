namespace Weir.Hosting.Queues;

/// <summary>Does the jobs of a queue. A new one is made for every job, in a scope of its own.</summary>
public interface IJobHandler
{
    /// <summary>Does a job. What it throws is the reason why the job is tried again.</summary>
    /// <param name="job">The job.</param>
    /// <param name="cancellationToken">Cancelled when the host stops, or the claim was lost to somebody else.</param>
    Task HandleAsync(Job job, CancellationToken cancellationToken);
}
