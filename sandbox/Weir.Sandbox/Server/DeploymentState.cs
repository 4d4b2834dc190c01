using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Transport;

namespace Weir.Sandbox.Server;

/// <summary>What all members of a deployment share.</summary>
internal sealed class DeploymentState
{
    public DeploymentState(SandboxOptions options, Network network)
    {
        Options = options;
        ServiceIds = [.. Enumerable.Range(0, options.Services).Select(static _ => ObjectId.New())];
        Network = network;
        Store = new DocumentStore(options.TimeProvider);
        Clock = new LogicalClock(options.TimeProvider);
        Sessions = new SessionTable(this);
        Changes = new ChangeLog(Store, Clock, keep: options.ReplicaSetName is not null);
        Users = new UserTable(options.Users, options.OidcTokens);
    }

    public SandboxOptions Options { get; }

    /// <summary>What the services behind a load balancer call themselves.</summary>
    public ObjectId[] ServiceIds { get; }

    public Network Network { get; }

    public TimeProvider Time => Options.TimeProvider;

    public DocumentStore Store { get; }

    public LogicalClock Clock { get; }

    public SessionTable Sessions { get; }

    public ChangeLog Changes { get; }

    public UserTable Users { get; }

    public IReadOnlyList<MemberServer> Members { get; set; } = [];

    /// <summary>Null for a standalone.</summary>
    public ReplicaSet? ReplicaSet { get; set; }

    public bool NeedsAuthentication => Users.Any;
}
