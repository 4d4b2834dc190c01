using Weir.Transport;

namespace Weir.Sandbox;

/// <summary>What a <see cref="SandboxDeployment"/> looks like and how it behaves.</summary>
public sealed record SandboxOptions
{
    /// <summary>Members; default 1. More than one needs <see cref="ReplicaSetName"/>.</summary>
    public int Members { get; init; } = 1;

    /// <summary>The replica set's name; <see langword="null"/> (the default) makes a standalone.</summary>
    public string? ReplicaSetName { get; init; }

    /// <summary>
    /// Whether the members say that they are routers of a sharded cluster (mongos): they have no replica set to
    /// show, whatever <see cref="ReplicaSetName"/> gives them underneath.
    /// </summary>
    public bool IsRouter { get; init; }

    /// <summary>
    /// How many services a load balancer in front spreads its connections over, one after the other: clients that
    /// come through it are answered with a <c>serviceId</c>. Default 0: there is no load balancer.
    /// </summary>
    public int Services { get; init; }

    /// <summary>
    /// Whether hello tells a topology version, so that monitors can stream; default. <see langword="false"/>: it answers
    /// like that of MongoDB 4.2, the last that does not.
    /// </summary>
    public bool HasTopologyVersion { get; init; } = true;

    /// <summary>The address to listen on and to announce; default 127.0.0.1.</summary>
    public string Host { get; init; } = "127.0.0.1";

    /// <summary>A port per member; empty (the default) or 0 lets the system choose.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Tags per member, by index; members beyond the list have none.</summary>
    public IReadOnlyList<IReadOnlyDictionary<string, string>> Tags { get; init; } = [];

    /// <summary>
    /// Connections per member; a connection beyond them is accepted and closed at once, as mongod does.
    /// Default 65,536.
    /// </summary>
    public int MaxConnections { get; init; } = 65_536;

    /// <summary>How long every command but the handshake takes at least; default zero.</summary>
    public TimeSpan Latency { get; init; }

    /// <summary>How long a command of this name takes at least; overrides <see cref="Latency"/> where it answers.</summary>
    public Func<string, TimeSpan?>? LatencyOf { get; init; }

    /// <summary>
    /// How long a replica set goes without a primary before it elects one by itself; default 500 ms.
    /// <see cref="Timeout.InfiniteTimeSpan"/>: only <see cref="SandboxDeployment.ElectAsync"/> elects.
    /// </summary>
    public TimeSpan ElectionDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>The longest life of a transaction; default 60 seconds (transactionLifetimeLimitSeconds).</summary>
    public TimeSpan TransactionLifetime { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Users; when there is one, commands need authentication (SCRAM).</summary>
    public IReadOnlyList<SandboxUser> Users { get; init; } = [];

    /// <summary>
    /// Access tokens that MONGODB-OIDC takes, as a deployment with users and an identity provider would; default none.
    /// </summary>
    public IReadOnlyList<string> OidcTokens { get; init; } = [];

    /// <summary>Where the listeners live; <see langword="null"/>: a network of the deployment's own.</summary>
    public Network? Network { get; init; }

    /// <summary>The clock of everything timed.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
