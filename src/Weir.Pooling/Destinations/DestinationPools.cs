using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Destinations;

/// <summary>
/// What one opening of a destination made: the deployment with its pools, and what runs commands on it. Who holds it,
/// and whether other pools have taken its place, is kept by the <see cref="Destination"/>, under its lock.
/// </summary>
internal sealed class DestinationPools
{
    private readonly Destination _owner;
    private readonly TimeProvider _time;
    private readonly TaskCompletionSource _closed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _lastHeard;
    private int _running;

    public DestinationPools(
        Destination owner,
        DestinationOptions options,
        Deployment deployment,
        BudgetShare share,
        TimeProvider time
    )
    {
        _owner = owner;
        _time = time;
        Options = options;
        Deployment = deployment;
        Share = share;
        Gate =
            options.MaxConcurrentOperations > 0
                ? new OperationGate(owner.Name, options.MaxConcurrentOperations, deployment, time)
                : null;
        Commands = new CommandRunner(
            deployment,
            new CommandRunnerOptions
            {
                Time = time,
                Destination = owner.Name,
                Begin = BeginAsync,
                End = End,
            }
        );
        _lastHeard = time.GetTimestamp();
    }

    public DestinationOptions Options { get; }

    public Deployment Deployment { get; }

    public CommandRunner Commands { get; }

    public BudgetShare Share { get; }

    public OperationGate? Gate { get; }

    /// <summary>Completes when its pools are closed.</summary>
    public Task Closed => _closed.Task;

    /// <summary>Leases that hold it. Guarded by the destination's lock.</summary>
    public int Holders { get; set; }

    /// <summary>Whether it closes when its last holder goes. Guarded by the destination's lock.</summary>
    public bool IsRetired { get; set; }

    /// <summary>Whether nothing was heard for longer than it may go without a word.</summary>
    public bool IsQuiet => SinceLastHeard >= Options.QuietTime;

    public TimeSpan SinceLastHeard => _time.GetElapsedTime(Volatile.Read(ref _lastHeard));

    /// <summary>Operations that run.</summary>
    public int Running => Volatile.Read(ref _running);

    /// <summary>The connections of all its servers.</summary>
    public IEnumerable<PoolStatistics> Connections => Deployment.Servers.Select(s => s.Pool.Statistics);

    /// <summary>Asks whether a server answers; fails as a command does.</summary>
    public async Task PingAsync(CancellationToken cancellationToken) =>
        await Commands.RunAsync(
            new CommandRequest("admin", new BsonDocument { ["ping"] = 1 })
            {
                Kind = CommandKind.Read,
                IsRetryable = true,
                ReadPreference = ReadPreference.PrimaryPreferred,
            },
            cancellationToken
        );

    /// <summary>Tells the servers which sessions are over, then closes the pools and ends the monitors.</summary>
    public async Task CloseAsync()
    {
        await Commands.DisposeAsync();
        await Deployment.DisposeAsync();
    }

    /// <summary>They are closed, and the destination knows it.</summary>
    public void NoticeClosed() => _closed.SetResult();

    private ValueTask BeginAsync(CancellationToken cancellationToken)
    {
        if (Gate is not null)
        {
            return WaitAsync(Gate, cancellationToken);
        }
        Interlocked.Increment(ref _running);
        return ValueTask.CompletedTask;
    }

    private async ValueTask WaitAsync(OperationGate gate, CancellationToken cancellationToken)
    {
        await gate.EnterAsync(cancellationToken);
        Interlocked.Increment(ref _running);
    }

    private void End(Exception? failure)
    {
        Interlocked.Decrement(ref _running);
        Share.LastUsed = _time.GetTimestamp();
        Gate?.Leave();
        if (failure is null or CommandException { Stage: ConnectionStage.Exchange })
        {
            // An error is an answer too.
            Volatile.Write(ref _lastHeard, _time.GetTimestamp());
        }
        if (failure is not (null or OperationCanceledException))
        {
            _owner.Failed(this, failure);
        }
    }
}
