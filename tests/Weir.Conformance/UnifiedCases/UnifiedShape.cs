using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Conformance.UnifiedCases;

/// <summary>What a sandbox can look like.</summary>
internal sealed record UnifiedShape(string Topology, bool Auth)
{
    private const string SetName = "unified";
    private const string User = "unified";

    // What the sandbox says that it is, and what it is to be where a case wants an old server.
    private static readonly Version s_new = new(8, 0, 0);
    private static readonly Version s_old = new(4, 2, 0);

    public static readonly UnifiedShape[] All =
    [
        new("replicaset", false),
        new("single", false),
        new("sharded", false),
        new("load-balanced", false),
        new("replicaset", true),
        new("single", true),
        new("sharded", true),
        new("load-balanced", true),
        new("single", false) { Version = s_old },
    ];

    private Version Version { get; init; } = s_new;

    /// <param name="services">How many services are behind the load balancer, if there is one.</param>
    public Task<SandboxDeployment> StartAsync(int services) =>
        SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                Members =
                    Topology == "replicaset" ? 3
                    : Topology == "sharded" ? 2
                    : 1,
                ReplicaSetName = Topology == "single" ? null : SetName,
                IsRouter = Topology is "sharded" or "load-balanced",
                Services = Topology == "load-balanced" ? services : 0,
                Users = Auth ? [new SandboxUser(User, User)] : [],
                HasTopologyVersion = Version != s_old,
                OidcTokens = Auth ? [OidcToken.Text] : [],
            }
        );

    public string Uri(
        SandboxDeployment sandbox,
        IEnumerable<KeyValuePair<string, string>> options,
        bool manyRouters = false
    )
    {
        var all = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        if (Topology == "replicaset")
        {
            all["replicaSet"] = SetName;
        }
        if (Topology == "load-balanced")
        {
            all["loadBalanced"] = "true";
        }
        foreach (var (name, value) in options)
        {
            all[name] = value;
        }
        var user = Auth && all.GetValueOrDefault("authMechanism") != "MONGODB-OIDC" ? $"{User}:{User}@" : "";
        var query = string.Join('&', all.Select(o => $"{o.Key}={System.Uri.EscapeDataString(o.Value)}"));
        var members = Topology == "sharded" && !manyRouters ? sandbox.Members.Take(1) : sandbox.Members;
        return $"mongodb://{user}{string.Join(',', members.Select(m => m.Address))}/?{query}";
    }

    public bool Meets(BsonDocument requirement)
    {
        foreach (var (name, value) in requirement)
        {
            var met = name switch
            {
                "minServerVersion" => Parse(value.AsString) <= Version,
                "maxServerVersion" => Parse(value.AsString) >= Version,
                "topologies" => value.AsArray.Any(t =>
                    t.AsString == Topology || (t.AsString == "sharded-replicaset" && Topology == "sharded")
                ),
                "serverless" => value.AsString is "forbid" or "allow",
                "auth" => value.AsBoolean == Auth,
                "authMechanism" => Auth
                    && value.AsString is "SCRAM-SHA-256" or "SCRAM-SHA-1" or "MONGODB-OIDC",
                "csfle" => !value.IsDocument && !value.AsBoolean,
                "serverParameters" => false,
                _ => throw new InvalidDataException($"the requirement '{name}' is unknown"),
            };
            if (!met)
            {
                return false;
            }
        }
        return true;
    }

    private static Version Parse(string text)
    {
        var parts = text.Split('.').Select(int.Parse).Concat([0, 0, 0]).Take(3).ToArray();
        return new(parts[0], parts[1], parts[2]);
    }
}
