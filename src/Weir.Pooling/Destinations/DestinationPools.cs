using Weir.Pooling.Commands;

namespace Weir.Pooling.Destinations;

/// <summary>
/// What one opening of a destination made: the deployment with its pools, and what runs commands on it. How many
/// hold it is counted by the <see cref="Destination"/>, under its lock.
/// </summary>
internal sealed class DestinationPools(Deployment deployment, CommandRunner commands)
{
    public Deployment Deployment { get; } = deployment;

    public CommandRunner Commands { get; } = commands;

    /// <summary>Leases that are out. Guarded by the destination's lock.</summary>
    public int Holders { get; set; }

    /// <summary>Tells the servers which sessions are over, then closes the pools and ends the monitors.</summary>
    public async Task CloseAsync()
    {
        await Commands.DisposeAsync();
        await Deployment.DisposeAsync();
    }
}
