using System.Collections.Concurrent;
using System.Net;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Transport;

namespace Weir.Sandbox.Server;

/// <summary>One server: its listener, its connections, and all the state that a real server keeps for itself. Thread-safe.</summary>
internal sealed class MemberServer
{
    private readonly ConcurrentDictionary<string, long> commandCounts = new();
    private readonly Lock gate = new();
    private HelloState hello;
    private Listener? listener;
    private long lastOperationId;

    public MemberServer(DeploymentState deployment, int index, IPEndPoint endPoint)
    {
        Deployment = deployment;
        Index = index;
        EndPoint = endPoint;
        Connections = new ConnectionTable(deployment.Options.MaxConnections);
        Cursors = new CursorTable(deployment.Time);
        Dispatcher = new Dispatcher(this);
        hello = new HelloState { ProcessId = ObjectId.New(), Counter = 0 };
        Tags =
            index < deployment.Options.Tags.Count
                ? deployment.Options.Tags[index]
                : new Dictionary<string, string>();
    }

    public DeploymentState Deployment { get; }

    public int Index { get; }

    /// <summary>Where it listens; the port is known once it has listened.</summary>
    public IPEndPoint EndPoint { get; private set; }

    public string Address => EndPoint.ToString();

    public IReadOnlyDictionary<string, string> Tags { get; }

    public ConnectionTable Connections { get; }

    public CursorTable Cursors { get; }

    public FailPointTable FailPoints { get; } = new();

    public Dispatcher Dispatcher { get; }

    public Traffic Traffic { get; } = new();

    public OpCounters OpCounters { get; } = new();

    public DateTimeOffset StartedAt { get; private set; }

    public bool IsRunning => Volatile.Read(ref listener) is not null;

    public HelloState Hello => Volatile.Read(ref hello);

    /// <summary>Takes writes: the primary, or a standalone.</summary>
    public bool IsWritable => Deployment.ReplicaSet is null || Deployment.Options.IsRouter || Hello.IsPrimary;

    public long NextOperationId() => Interlocked.Increment(ref lastOperationId);

    public void CountCommand(string name) =>
        commandCounts.AddOrUpdate(name, 1, static (_, count) => count + 1);

    public long CommandCount(string name) => commandCounts.GetValueOrDefault(name);

    /// <summary>Listens; a later start takes the port of the first.</summary>
    public void Start()
    {
        var options = new ListenerOptions { MaxActive = int.MaxValue };
        var listening = Deployment.Network.Listen(EndPoint, options, ServeAsync);
        EndPoint = listening.LocalEndPoint as IPEndPoint ?? EndPoint;
        StartedAt = Deployment.Time.GetUtcNow();
        lock (gate)
        {
            Replace_NeedsLock(new HelloState { ProcessId = ObjectId.New(), Counter = 0 });
            Volatile.Write(ref listener, listening);
        }
    }

    /// <summary>Stops listening and closes every connection. Cursors and fail points die with the process they stand for.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref listener, null) is not { } listening)
        {
            return;
        }

        var shutdown = new CommandError(11600, "InterruptedAtShutdown", "interrupted at shutdown");
        var open = Connections.Snapshot();
        foreach (var connection in open)
        {
            connection.Channel.Abort();
            connection.Current?.Interrupt(shutdown);
        }

        await listening.DisposeAsync();
        await Task.WhenAll(open.Select(connection => connection.Ended));
        Cursors.Clear();
        FailPoints.Clear();
    }

    public void KillConnections()
    {
        foreach (var connection in Connections.Snapshot())
        {
            connection.Channel.Abort();
        }
    }

    /// <summary>Says from now on what <paramref name="view"/> shows.</summary>
    public void Publish(int primary, ReplicaSetView view)
    {
        lock (gate)
        {
            Replace_NeedsLock(
                new HelloState
                {
                    ProcessId = hello.ProcessId,
                    Counter = hello.Counter + 1,
                    Set = view,
                    IsPrimary = primary == Index,
                }
            );
        }
    }

    /// <summary>It was primary: what writes or belongs to a transaction ends.</summary>
    public void EndWritesOfPrimary()
    {
        var error = new CommandError(
            11602,
            "InterruptedDueToReplStateChange",
            "operation was interrupted because the member is no longer primary"
        );
        foreach (var connection in Connections.Snapshot())
        {
            if (connection.Current is { EndsWithPrimary: true } operation)
            {
                operation.Interrupt(error);
            }
        }

        Deployment.Sessions.AbortAllTransactions();
    }

    private void Replace_NeedsLock(HelloState next)
    {
        var old = hello;
        Volatile.Write(ref hello, next);
        old.Supersede();
    }

    private async Task ServeAsync(Channel channel)
    {
        if (Connections.TryAdmit(id => new ClientConnection(this, channel, id)) is not { } connection)
        {
            return;
        }

        try
        {
            await connection.RunAsync();
        }
        finally
        {
            Connections.Remove(connection);
        }
    }
}
