namespace Weir.Pooling.Destinations;

/// <summary>
/// The deployments that a process uses, each under a name of its own: one for the process, shared by everything in
/// it. Thread-safe.
/// </summary>
public interface IDestinations
{
    /// <summary>
    /// The right to use a destination. The first lease of a name connects, once however many ask at the same moment;
    /// every later one shares its pools, which stay open as long as any lease is held. After a quiet time the
    /// destination is asked whether it still answers, and opened anew if it does not.
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

    /// <summary>
    /// Closes a destination's pools as soon as nobody holds them: leases that are out go on undisturbed, and the next
    /// lease resolves and connects anew. Waits for that at most <see cref="DestinationsOptions.DrainTimeout"/>; the
    /// pools close later when the wait ends first.
    /// </summary>
    /// <param name="name">The destination's name. One that is not open is closed already.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <returns>How many leases were still out when the wait ended; 0: everything is closed.</returns>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    Task<int> CloseAsync(string name, CancellationToken cancellationToken = default);

    /// <summary>How every destination stands that was configured or is open, by name.</summary>
    IReadOnlyList<DestinationStatistics> GetStatistics();
}
