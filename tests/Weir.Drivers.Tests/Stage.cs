namespace Weir.Drivers.Tests;

/// <summary>What stands for one driver's run: the deployments, and how the server counts its connections.</summary>
public sealed class Stage(IReadOnlyList<IAsyncDisposable> owned) : IAsyncDisposable
{
    /// <summary>What all steps use that need nothing special.</summary>
    public required string Main { get; init; }

    /// <summary>The main deployment's name, for clients that insist on it; null where it is no replica set.</summary>
    public string? ReplicaSetName { get; init; }

    /// <summary>Three members with tags; null: none.</summary>
    public string? Members { get; init; }

    /// <summary>A load balancer; null: none.</summary>
    public string? Balanced { get; init; }

    /// <summary>What stands before clients of Weir; null: nothing, they need neither TLS nor a login.</summary>
    public Guard? Guard { get; init; }

    /// <summary>The most connections that one server has had, by its own count; null: it does not tell.</summary>
    public Func<int>? Peak { get; init; }

    /// <summary>The connections that are open, by the servers' own count; null: they do not tell.</summary>
    public Func<int>? Open { get; init; }

    public async ValueTask DisposeAsync()
    {
        foreach (var one in owned)
        {
            await one.DisposeAsync();
        }
    }
}
