using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>A command of Weir's own, and what has to be known to run it.</summary>
/// <param name="Database">The database.</param>
/// <param name="Command">The command, without what sessions and topology add. It is not changed.</param>
public sealed record CommandRequest(string Database, BsonDocument Command)
{
    /// <summary>What it does.</summary>
    public CommandKind Kind { get; init; }

    /// <summary>
    /// Whether the specifications of retryable reads and writes count it among theirs. Overload errors are retried
    /// whatever this says.
    /// </summary>
    public bool IsRetryable { get; init; }

    /// <summary>Where it may run; <see langword="null"/>: on a writable server.</summary>
    public ReadPreference? ReadPreference { get; init; }

    /// <summary>The session it belongs to; <see langword="null"/>: one of its own, where the server has sessions.</summary>
    public CommandSession? Session { get; init; }

    /// <summary>The server it has to run on, that of a cursor say; <see langword="null"/>: one is selected.</summary>
    public Server? Server { get; init; }

    /// <summary>A connection that it has to run on, which stays with the caller.</summary>
    public PooledConnection? Connection { get; init; }

    /// <summary>
    /// Whether the connection stays with the caller after this reply: cursors behind a load balancer are served
    /// where they were made only.
    /// </summary>
    public Func<BsonDocument, bool>? KeepsConnection { get; init; }

    /// <summary>Documents that go beside the command as they are. Events do not show them.</summary>
    public RawSequence? Sequence { get; init; }

    /// <summary>
    /// Gets the documents of a cursor's batch as they came; the reply, and what events show of it, has an empty batch.
    /// </summary>
    public BatchTaker? TakesBatch { get; init; }

    /// <summary>
    /// What is sent instead when it is tried again after an error that leaves open whether it was done;
    /// <see langword="null"/>: the same.
    /// </summary>
    internal BsonDocument? Again { get; init; }

    /// <summary>The command's name.</summary>
    public string Name => Command.Count > 0 ? Command[0].Name : "";

    internal bool IsWrite => Kind == CommandKind.Write && ReadPreference is null;
}
