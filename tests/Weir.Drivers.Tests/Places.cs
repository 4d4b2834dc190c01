using Weir.Engine;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Sandbox;
using Weir.Transport;

namespace Weir.Drivers.Tests;

/// <summary>What there is to run against.</summary>
internal static class Places
{
    private const string NoFailPoints = "has no fail points";
    private const string NoMembers = "has one member";
    private const string NoChanges = "has no change streams";
    private const string NoBalancer = "is not behind a load balancer";

    public static readonly Place Sandbox = new(
        "sandbox, replica set",
        new Dictionary<string, string>(),
        _ => SandboxAsync("rs0")
    );

    public static readonly Place Standalone = new(
        "sandbox, standalone",
        new Dictionary<string, string>
        {
            ["transactions"] = "a standalone has none",
            ["sessions"] = "a standalone has no cluster time",
            ["retries"] = "a standalone takes no retryable writes",
            ["changes"] = "a standalone has no change streams",
            ["replicaSet"] = "a standalone is none",
            ["preferences"] = NoMembers,
            ["loadBalanced"] = NoBalancer,
        },
        _ => SandboxAsync(null)
    );

    private static readonly Dictionary<string, string> withoutInDocumentDb = new()
    {
        ["tailable"] = "has no capped collections",
        ["retries"] = NoFailPoints,
        ["preferences"] = NoMembers,
        ["changes"] = NoChanges,
        ["loadBalanced"] = NoBalancer,
    };

    public static readonly Place DocumentDb = new(
        "DocumentDB 1.0 on PostgreSQL 18",
        withoutInDocumentDb,
        DocumentDbAsync
    );

    /// <summary>Nobody gets in without TLS and a login, neither to Weir nor to the engine.</summary>
    public static readonly Place Guarded = new(
        "DocumentDB, TLS and logins on both sides",
        withoutInDocumentDb,
        GuardedAsync
    )
    {
        Takes = driver => driver.TakesTlsByUri,
    };

    /// <summary>A deployment of the user's own, named by WEIR_TEST_MONGODB_URI.</summary>
    public static readonly Place? Given = Environment.GetEnvironmentVariable("WEIR_TEST_MONGODB_URI")
        is { Length: > 0 } uri
        ? new Place(
            "WEIR_TEST_MONGODB_URI",
            new Dictionary<string, string>
            {
                ["retries"] = NoFailPoints,
                ["preferences"] = "its tags are not known",
                ["replicaSet"] = "its name is not known",
                ["loadBalanced"] = NoBalancer,
            },
            _ => Task.FromResult(new Stage([]) { Main = uri })
        )
        : null;

    public static IReadOnlyList<Place> All { get; } =
        Given is null
            ? [Sandbox, Standalone, DocumentDb, Guarded]
            : [Sandbox, Standalone, DocumentDb, Guarded, Given];

    private static async Task<Stage> SandboxAsync(string? name)
    {
        var main = await SandboxDeployment.StartAsync(new SandboxOptions { ReplicaSetName = name });
        if (name is null)
        {
            return new Stage([main])
            {
                Main = main.ConnectionString,
                Peak = () => main.Members[0].Connections.Peak,
                Open = () => main.Members[0].Connections.Current,
            };
        }

        var members = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                ReplicaSetName = "members",
                Members = 3,
                Tags = [Datacentre("east"), Datacentre("west"), Datacentre("north")],
            }
        );
        var balanced = await SandboxDeployment.StartAsync(
            new SandboxOptions
            {
                ReplicaSetName = "balanced",
                IsRouter = true,
                Services = 2,
            }
        );
        SandboxMember[] all = [.. main.Members, .. members.Members];
        return new Stage([main, members, balanced])
        {
            Main = main.ConnectionString,
            ReplicaSetName = name,
            Members = members.ConnectionString,
            Balanced = $"mongodb://{balanced.Members[0].Address}/?loadBalanced=true",
            Peak = () => all.Max(member => member.Connections.Peak),
            Open = () => all.Sum(member => member.Connections.Current),
        };
    }

    private static async Task<Stage> DocumentDbAsync(CancellationToken cancellationToken)
    {
        var gateway = Gateway.Start(await Weir.Engine.DocumentDb.SharedAsync());
        return new Stage([gateway])
        {
            Main = gateway.ConnectionString,
            ReplicaSetName = gateway.Options.ReplicaSetName,
            Peak = () => gateway.PeakConnections,
            Open = () => gateway.Connections,
        };
    }

    private static async Task<Stage> GuardedAsync(CancellationToken cancellationToken)
    {
        var engine = await Weir.Engine.DocumentDb.SharedAsync();
        var guard = new Guard();
        var gateway = Gateway.Start(
            engine,
            new GatewayOptions
            {
                RequiresAuthentication = true,
                Tls = new TlsServerSettings
                {
                    CertificateFile = guard.CertificateFile,
                    KeyFile = guard.KeyFile,
                },
            }
        );
        await guard.AddUserAsync(cancellationToken);
        var login = await AddEngineUserAsync(engine, cancellationToken);
        return new Stage([gateway, guard])
        {
            Main =
                $"mongodb://{login}@{gateway.Address}/?replicaSet={gateway.Options.ReplicaSetName}&{guard.Options}",
            ReplicaSetName = gateway.Options.ReplicaSetName,
            Guard = guard,
            Peak = () => gateway.PeakConnections,
            Open = () => gateway.Connections,
        };
    }

    /// <summary>Through a door of its own that asks nobody who it is.</summary>
    private static async Task<string> AddEngineUserAsync(
        Weir.Engine.DocumentDb engine,
        CancellationToken cancellationToken
    )
    {
        const string Password = "Correct-Horse-9";
        var user = $"u{Guid.NewGuid():N}";
        await using var door = Gateway.Start(engine);
        await using var network = Network.CreateDefault();
        await using var deployment = new Deployment(ConnectionString.Parse(door.ConnectionString), network);
        deployment.Start();
        var server = await deployment.SelectServerAsync(
            ReadPreference.Primary,
            write: true,
            cancellationToken: cancellationToken
        );
        await server.RunCommandAsync(
            "admin",
            new BsonDocument
            {
                ["createUser"] = user,
                ["pwd"] = Password,
                ["roles"] = new BsonArray(
                    new[] { "readWriteAnyDatabase", "clusterAdmin" }.Select(role =>
                        (BsonValue)new BsonDocument { ["role"] = role, ["db"] = "admin" }
                    )
                ),
            },
            cancellationToken
        );
        return $"{user}:{Password}";
    }

    private static Dictionary<string, string> Datacentre(string name) => new() { ["dc"] = name };
}
