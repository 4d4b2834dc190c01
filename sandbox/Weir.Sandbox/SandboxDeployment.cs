namespace Weir.Sandbox;

/// <summary>
/// An in-memory MongoDB deployment behind the wire protocol: a standalone, or a replica set whose members share
/// one store (an idealised replication without lag). Thread-safe.
/// </summary>
public sealed class SandboxDeployment : IAsyncDisposable
{
    private SandboxDeployment(IReadOnlyList<SandboxMember> members) => Members = members;

    /// <summary>Starts every member; a replica set has a primary, member 0, when this returns.</summary>
    /// <exception cref="Transport.ListenException">A port cannot be listened on.</exception>
    public static Task<SandboxDeployment> StartAsync(SandboxOptions options) =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Names every member, and the replica set; without credentials.</summary>
    public string ConnectionString =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>The members, stopped ones too.</summary>
    public IReadOnlyList<SandboxMember> Members { get; }

    /// <summary>The primary, or the standalone; <see langword="null"/> while there is none.</summary>
    public SandboxMember? Primary =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>
    /// The primary becomes a secondary: its running writes and its open transactions fail. Another member is
    /// elected after <see cref="SandboxOptions.ElectionDelay"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no primary.</exception>
    public Task StepDownAsync() => throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Makes <paramref name="member"/> the primary; a primary that is there steps down first.</summary>
    /// <exception cref="InvalidOperationException">The member is stopped, or the deployment a standalone.</exception>
    public Task ElectAsync(SandboxMember member) =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Shuts a member down: it stops listening and its connections are closed.</summary>
    public Task StopAsync(SandboxMember member) =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Starts a stopped member again, on its old port, as a secondary of its replica set.</summary>
    public Task StartAsync(SandboxMember member) =>
        throw new NotSupportedException("the sandbox's server has not landed yet");

    /// <summary>Stops every member.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
