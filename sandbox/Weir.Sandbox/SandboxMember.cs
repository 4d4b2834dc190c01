using System.Net;
using Weir.Sandbox.Server;

namespace Weir.Sandbox;

/// <summary>One server of a <see cref="SandboxDeployment"/>. Thread-safe.</summary>
public sealed class SandboxMember
{
    internal SandboxMember(MemberServer server) => Server = server;

    /// <summary>Its place among the members.</summary>
    public int Index => Server.Index;

    /// <summary>"host:port", as announced; the port stays the same over restarts.</summary>
    public string Address => Server.Address;

    /// <summary>The address it listens on.</summary>
    public EndPoint EndPoint => Server.EndPoint;

    /// <summary>What it is now.</summary>
    public SandboxMemberState State =>
        !Server.IsRunning ? SandboxMemberState.Stopped
        : Server.Deployment.ReplicaSet is null ? SandboxMemberState.Standalone
        : Server.Hello.IsPrimary ? SandboxMemberState.Primary
        : SandboxMemberState.Secondary;

    /// <summary>Its client connections, counted now.</summary>
    public ConnectionCounters Connections => Server.Connections.Counters;

    /// <summary>Its open cursors, counted now.</summary>
    public int OpenCursors => Server.Cursors.Count;

    internal MemberServer Server { get; }

    /// <summary>How many commands of this name were received since the start.</summary>
    public long CommandCount(string name) => Server.CommandCount(name);

    /// <summary>Closes every client connection, as a network failure would.</summary>
    public void KillConnections() => Server.KillConnections();
}
