namespace Weir.Pooling.Destinations;

/// <summary>
/// The deployments that a process uses, each under a name of its own: one for the process, shared by everything in
/// it. Thread-safe.
/// </summary>
public interface IDestinations
{
    /// <summary>
    /// The right to use a destination. The first lease of a name connects, once however many ask at the same moment;
    /// every later one shares its pools, which stay open as long as any lease is held.
    /// </summary>
    /// <param name="name">The destination's name; case matters.</param>
    /// <param name="cancellationToken">
    /// Gives up. The attempt to connect goes on as long as anybody else waits for it.
    /// </param>
    /// <exception cref="DestinationException">
    /// There is no such destination, it cannot be reached, or this process is shutting down: see
    /// <see cref="DestinationException.Failure"/>. Other destinations are not affected, and the next lease tries again.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    ValueTask<DestinationLease> LeaseAsync(string name, CancellationToken cancellationToken = default);
}
