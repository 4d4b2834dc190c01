using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>Something that failed on a connection for an operation, and may tell of the server's state.</summary>
public sealed class ServerFailure
{
    private ServerFailure(long generation, ObjectId? serviceId, FailurePhase phase)
    {
        Generation = generation;
        ServiceId = serviceId;
        Phase = phase;
    }

    /// <summary>The pool generation that the connection belongs to; failures of older ones are old news.</summary>
    public long Generation { get; }

    /// <summary>The service behind a load balancer that the connection reached.</summary>
    public ObjectId? ServiceId { get; }

    /// <summary>How far the connection had come.</summary>
    public FailurePhase Phase { get; }

    /// <summary>Whether the failure is that nothing was heard in time.</summary>
    public bool IsTimeout { get; private init; }

    /// <summary>The failure's exception; <see langword="null"/> for a reply.</summary>
    public Exception? Exception { get; private init; }

    /// <summary>The reply that told of it; <see langword="null"/> when the network failed.</summary>
    public BsonDocument? Reply { get; private init; }

    /// <summary>The connection ended or nothing was heard in time.</summary>
    public static ServerFailure Network(
        long generation,
        FailurePhase phase,
        Exception exception,
        bool isTimeout = false,
        ObjectId? serviceId = null
    ) => new(generation, serviceId, phase) { Exception = exception, IsTimeout = isTimeout };

    /// <summary>The server answered a command with an error, or with a write concern's error.</summary>
    public static ServerFailure Command(
        long generation,
        FailurePhase phase,
        BsonDocument reply,
        ObjectId? serviceId = null
    ) => new(generation, serviceId, phase) { Reply = reply };

    /// <summary>
    /// What it means that a connection could not be made; <see langword="null"/> when it was not wanted any more.
    /// </summary>
    internal static ServerFailure? OfHandshake(in EstablishmentFailure failure)
    {
        var (labelled, reply, isTimeout) = failure.Error switch
        {
            ConnectionException e => (e.HasLabel(ErrorLabels.SystemOverloadedError), null, e.IsTimeout),
            CommandException e => (e.HasLabel(ErrorLabels.SystemOverloadedError), e.Reply, false),
            _ => (false, null, false),
        };
        if (failure.Error is OperationCanceledException or PoolClearedException)
        {
            return null;
        }
        var phase = labelled ? FailurePhase.Establishing : FailurePhase.Handshake;
        return new ServerFailure(failure.Generation, failure.ServiceId, phase)
        {
            Exception = failure.Error,
            IsTimeout = isTimeout,
            Reply = reply,
        };
    }
}
