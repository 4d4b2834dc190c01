using System.Security.Cryptography;
using Weir.Pooling.Commands;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Transport;

namespace Weir.Pooling.Destinations;

/// <summary>Finds out where a destination is, connects to it, and makes sure that a server answers there.</summary>
internal sealed class DestinationOpener(DestinationsOptions options, Network network)
{
    public TimeProvider Time => options.Defaults.Time;

    public ConnectionBudget Budget { get; } = new(options.MaxConnections, options.Defaults.Time);

    /// <exception cref="DestinationException">It is unknown, its settings cannot be used, or nothing answers.</exception>
    public async Task<DestinationPools> OpenAsync(Destination destination, DestinationAttempt attempt)
    {
        var name = destination.Name;
        var cancellationToken = attempt.Wanted;
        var settings = await ResolveAsync(name, cancellationToken);
        var share = new BudgetShare(Budget);
        var deployment = Prepare(name, settings, share);
        var pools = new DestinationPools(destination, settings, deployment, share, Time);
        destination.NoteOpening(attempt, pools);
        deployment.Start();
        try
        {
            await pools.PingAsync(cancellationToken);
            return pools;
        }
        catch (Exception e)
        {
            destination.NoteNotOpened(attempt);
            await pools.CloseAsync();
            if (RetryRules.IsFailure(e))
            {
                throw new DestinationException(name, DestinationFailure.Unreachable, e.Message, e);
            }
            throw;
        }
    }

    private async ValueTask<DestinationOptions> ResolveAsync(string name, CancellationToken cancellationToken)
    {
        if (options.Destinations.TryGetValue(name, out var known))
        {
            return known;
        }
        DestinationOptions? resolved;
        try
        {
            resolved = options.Resolver is null
                ? null
                : await options.Resolver.ResolveAsync(name, cancellationToken);
        }
        catch (Exception e)
            when (e is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            throw new DestinationException(
                name,
                DestinationFailure.Unresolved,
                $"it could not be looked up: {e.Message}",
                e
            );
        }
        return resolved ?? throw Unknown(name);
    }

    private Deployment Prepare(string name, DestinationOptions settings, BudgetShare share)
    {
        try
        {
            var connectionString =
                settings.Parsed ?? ConnectionString.Parse(InClear(name, settings.ConnectionString));
            return new Deployment(
                connectionString,
                network,
                options.Defaults with
                {
                    Name = name,
                    Share = share,
                }
            );
        }
        catch (Exception e) when (e is ConnectionStringException or ArgumentException)
        {
            throw new DestinationException(name, DestinationFailure.Invalid, e.Message, e);
        }
    }

    private string InClear(string name, string connectionString)
    {
        if (
            options.Protection is null
            || connectionString.StartsWith("mongodb://", StringComparison.Ordinal)
            || connectionString.StartsWith("mongodb+srv://", StringComparison.Ordinal)
        )
        {
            return connectionString;
        }
        try
        {
            return options.Protection.Unprotect(name, connectionString);
        }
        catch (CryptographicException e)
        {
            throw new DestinationException(
                name,
                DestinationFailure.Invalid,
                $"its connection string cannot be decrypted: {e.Message}",
                e
            );
        }
    }

    private DestinationException Unknown(string name)
    {
        var known =
            options.Destinations.Count == 0
                ? "none is configured"
                : $"there are: {string.Join(", ", options.Destinations.Keys.Order(StringComparer.Ordinal).Take(20))}";
        var reason = $"there is no destination of this name; {known}";
        return new(name, DestinationFailure.Unknown, reason);
    }
}
