using System.Net;
using Weir.Proxy.Hello;
using Weir.Transport;

namespace Weir.Proxy;

/// <summary>An address that clients connect to.</summary>
public sealed record ListenerSettings
{
    /// <summary>The address: a port on an interface, or a unix socket.</summary>
    public required EndPoint EndPoint { get; init; }

    /// <summary>The name of the upstream behind it; default "default".</summary>
    public string Upstream { get; init; } = UpstreamSettings.DefaultName;

    /// <summary>Whether clients must log in, as one of <see cref="ProxyOptions.Users"/>; default false.</summary>
    public bool Authenticates { get; init; }

    /// <summary>The files of its TLS, which is looked at every few seconds; <see langword="null"/>: it speaks plain text.</summary>
    public TlsServerSettings? Tls { get; init; }

    /// <summary>What drivers are told that it is.</summary>
    public Presentation Presentation { get; init; }

    /// <summary>The replica set's name, when it presents one.</summary>
    public string? ReplicaSetName { get; init; }

    /// <summary>
    /// The "host:port" under which clients reach it, when it presents a replica set; by default the address that
    /// the client connected to.
    /// </summary>
    public string? AdvertisedAddress { get; init; }

    /// <summary>What all its clients may take together, beside <see cref="MaxClients"/>; default no limits.</summary>
    public ClientLimits Limits { get; init; } = ClientLimits.None;

    /// <summary>What the clients of one address may take; default no limits. An IPv6 /64 is one address.</summary>
    public ClientLimits PerAddress { get; init; } = ClientLimits.None;

    /// <summary>Client connections at a time; more are closed at once. Default 20,000.</summary>
    public int MaxClients { get; init; } = 20_000;

    /// <summary>
    /// The database in which Weir shows itself to users with the admin role, and to anybody on this machine where
    /// nobody has to log in; default "weir". Empty: there is none, and a database of that name is the deployment's.
    /// </summary>
    public string AdminDatabase { get; init; } = Administration.AdminDatabase.DefaultName;

    /// <summary>Compressors that clients may use, "snappy", "zlib" and "zstd"; by default none.</summary>
    public IReadOnlyList<string> Compressors { get; init; } = [];

    /// <summary>Permission bits of a unix socket's file; default 0600.</summary>
    public UnixFileMode UnixMode { get; init; } = UnixFileMode.UserRead | UnixFileMode.UserWrite;
}
