using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Proxy;

/// <summary>A deployment behind Weir.</summary>
public sealed record UpstreamSettings
{
    /// <summary>The name of an upstream when there is only one.</summary>
    public const string DefaultName = "default";

    /// <summary>The name by which listeners refer to it.</summary>
    public string Name { get; init; } = DefaultName;

    /// <summary>Where it is and how to connect.</summary>
    public required ConnectionString ConnectionString { get; init; }

    /// <summary>Whether its servers are told on whose behalf Weir asks; by default not.</summary>
    public Attribution Attribution { get; init; }

    /// <summary>
    /// A deployment that somebody else has opened, and closes: its pools are used, and none are made. It is asked for
    /// anew for everything, so that it may change. <see cref="Options"/> are not looked at.
    /// </summary>
    public Func<Deployment>? Shared { get; init; }

    /// <summary>Pools and selection, where the connection string says nothing.</summary>
    public DeploymentOptions Options { get; init; } = new();
}
