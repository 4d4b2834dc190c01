using Weir.Pooling.Commands;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>Connects to a destination, and makes sure that a server answers there.</summary>
internal sealed class DestinationOpener(Network network, DeploymentOptions defaults)
{
    public TimeProvider Time => defaults.Time;

    /// <exception cref="DestinationException">Its settings cannot be used, or it cannot be reached.</exception>
    public async Task<DestinationPools> OpenAsync(
        string name,
        DestinationOptions options,
        CancellationToken cancellationToken
    )
    {
        var deployment = Prepare(name, options);
        var commands = new CommandRunner(deployment, new CommandRunnerOptions { Time = Time });
        deployment.Start();
        var pools = new DestinationPools(deployment, commands);
        try
        {
            await PingAsync(pools, cancellationToken);
            return pools;
        }
        catch (Exception e)
        {
            await pools.CloseAsync();
            if (RetryRules.IsFailure(e))
            {
                throw new DestinationException(name, DestinationFailure.Unreachable, e.Message, e);
            }
            throw;
        }
    }

    private static async ValueTask PingAsync(DestinationPools pools, CancellationToken cancellationToken) =>
        await pools.Commands.RunAsync(
            new CommandRequest("admin", new BsonDocument { ["ping"] = 1 })
            {
                Kind = CommandKind.Read,
                IsRetryable = true,
                ReadPreference = ReadPreference.PrimaryPreferred,
            },
            cancellationToken
        );

    private Deployment Prepare(string name, DestinationOptions options)
    {
        try
        {
            return new Deployment(ConnectionString.Parse(options.ConnectionString), network, defaults);
        }
        catch (Exception e) when (e is ConnectionStringException or ArgumentException)
        {
            throw new DestinationException(name, DestinationFailure.Invalid, e.Message, e);
        }
    }
}
