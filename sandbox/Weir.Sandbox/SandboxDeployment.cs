using System.Net;
using Weir.Sandbox.Server;
using Weir.Transport;

namespace Weir.Sandbox;

/// <summary>
/// An in-memory MongoDB deployment behind the wire protocol: a standalone, or a replica set whose members share
/// one store (an idealised replication without lag). Thread-safe.
/// </summary>
public sealed class SandboxDeployment : IAsyncDisposable
{
    private readonly DeploymentState state;
    private readonly Network? ownNetwork;

    private SandboxDeployment(DeploymentState state, Network? ownNetwork)
    {
        this.state = state;
        this.ownNetwork = ownNetwork;
        Members = [.. state.Members.Select(member => new SandboxMember(member))];
    }

    /// <summary>Names every member, and the replica set; without credentials.</summary>
    public string ConnectionString
    {
        get
        {
            var hosts = string.Join(',', Members.Select(member => member.Address));
            var set = state.Options.ReplicaSetName is { } name
                ? $"?replicaSet={Uri.EscapeDataString(name)}"
                : "";
            return $"mongodb://{hosts}/{set}";
        }
    }

    /// <summary>The members, stopped ones too.</summary>
    public IReadOnlyList<SandboxMember> Members { get; }

    /// <summary>The primary, or the standalone; <see langword="null"/> while there is none.</summary>
    public SandboxMember? Primary =>
        Members.FirstOrDefault(member =>
            member.State is SandboxMemberState.Primary or SandboxMemberState.Standalone
        );

    /// <summary>Starts every member; a replica set has a primary, member 0, when this returns.</summary>
    /// <exception cref="ListenException">A port cannot be listened on.</exception>
    public static async Task<SandboxDeployment> StartAsync(SandboxOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        Validate(options);
        var ownNetwork = options.Network is null ? Network.CreateDefault() : null;
        var state = new DeploymentState(options, options.Network ?? ownNetwork!);
        var address = IPAddress.Parse(options.Host);
        state.Members =
        [
            .. Enumerable
                .Range(0, options.Members)
                .Select(index => new MemberServer(
                    state,
                    index,
                    new IPEndPoint(address, index < options.Ports.Count ? options.Ports[index] : 0)
                )),
        ];
        if (options.ReplicaSetName is { } name)
        {
            state.ReplicaSet = new ReplicaSet(
                name,
                state.Members,
                options.ElectionDelay,
                options.TimeProvider
            );
        }

        var deployment = new SandboxDeployment(state, ownNetwork);
        try
        {
            foreach (var member in state.Members)
            {
                member.Start();
            }

            state.ReplicaSet?.Elect(state.Members[0]);
            return deployment;
        }
        catch
        {
            await deployment.DisposeAsync();
            throw;
        }
    }

    /// <summary>
    /// The primary becomes a secondary: its running writes and its open transactions fail. Another member is
    /// elected after <see cref="SandboxOptions.ElectionDelay"/>.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no primary.</exception>
    public Task StepDownAsync()
    {
        var primary = Set.View.Primary;
        return primary >= 0 && Set.StepDown(state.Members[primary])
            ? Task.CompletedTask
            : throw new InvalidOperationException("There is no primary that could step down.");
    }

    /// <summary>Makes <paramref name="member"/> the primary; a primary that is there steps down first.</summary>
    /// <exception cref="InvalidOperationException">The member is stopped, or the deployment a standalone.</exception>
    public Task ElectAsync(SandboxMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        Set.Elect(member.Server);
        return Task.CompletedTask;
    }

    /// <summary>Shuts a member down: it stops listening and its connections are closed.</summary>
    public async Task StopAsync(SandboxMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        await member.Server.StopAsync();
        state.ReplicaSet?.MemberChanged(member.Server);
    }

    /// <summary>Starts a stopped member again, on its old port, as a secondary of its replica set.</summary>
    /// <exception cref="ListenException">Somebody else has its port now.</exception>
    public Task StartAsync(SandboxMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (!member.Server.IsRunning)
        {
            member.Server.Start();
            state.ReplicaSet?.MemberChanged(member.Server);
        }

        return Task.CompletedTask;
    }

    /// <summary>Stops every member.</summary>
    public async ValueTask DisposeAsync()
    {
        state.ReplicaSet?.Dispose();
        foreach (var member in state.Members)
        {
            await member.StopAsync();
            member.Cursors.Dispose();
        }

        state.Sessions.Dispose();
        if (ownNetwork is not null)
        {
            await ownNetwork.DisposeAsync();
        }
    }

    private ReplicaSet Set =>
        state.ReplicaSet ?? throw new InvalidOperationException("A standalone has no elections.");

    private static void Validate(SandboxOptions options)
    {
        if (options.Members < 1 || (options.Members > 1 && options.ReplicaSetName is null))
        {
            throw new ArgumentException(
                $"{options.Members} members need a replica set's name; a standalone has one member.",
                nameof(options)
            );
        }

        if (!IPAddress.TryParse(options.Host, out _))
        {
            throw new ArgumentException($"The host '{options.Host}' is not an IP address.", nameof(options));
        }
    }
}
