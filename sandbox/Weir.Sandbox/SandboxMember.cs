using System.Net;

namespace Weir.Sandbox;

/// <summary>One server of a <see cref="SandboxDeployment"/>. Thread-safe.</summary>
public sealed class SandboxMember
{
    internal SandboxMember(int index) => Index = index;

    /// <summary>Its place among the members.</summary>
    public int Index { get; }

    /// <summary>"host:port", as announced; the port stays the same over restarts.</summary>
    public string Address => throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>The address it listens on.</summary>
    public EndPoint EndPoint => throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>What it is now.</summary>
    public SandboxMemberState State =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Its client connections, counted now.</summary>
    public ConnectionCounters Connections =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>How many commands of this name were received since the start.</summary>
    public long CommandCount(string name) =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Closes every client connection, as a network failure would.</summary>
    public void KillConnections() =>
        throw new NotSupportedException("the sandbox's server has not landed yet");
}
