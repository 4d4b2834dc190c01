using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Connections;

/// <summary>An established connection to one server, for one exchange at a time.</summary>
public sealed class ServerConnection : IAsyncDisposable
{
    private Exception? _failure;

    internal ServerConnection(ServerAddress address, long id, Channel channel, HelloReply hello)
    {
        Address = address;
        Id = id;
        Channel = channel;
        Hello = hello;
    }

    /// <summary>The server.</summary>
    public ServerAddress Address { get; }

    /// <summary>The id that whoever opened it gave it.</summary>
    public long Id { get; }

    /// <summary>What the server said of itself in the handshake.</summary>
    public HelloReply Hello { get; internal set; }

    /// <summary>The bytes' way.</summary>
    public Channel Channel { get; }

    /// <summary>The first thing that went wrong; null while nothing has.</summary>
    public Exception? Failure => Volatile.Read(ref _failure);

    /// <summary>Whether it can be used for another exchange, as far as is known.</summary>
    public bool IsUsable => Failure is null && Channel.End == ChannelEnd.None && !Channel.IsPeerGone;

    /// <summary>Runs a command of Weir's own and returns its reply, whose <c>ok</c> is 1.</summary>
    /// <exception cref="CommandException">The server answered with an error.</exception>
    /// <exception cref="ConnectionException">The connection broke, or was aborted.</exception>
    public ValueTask<BsonDocument> RunCommandAsync(
        string database,
        BsonDocument command,
        CancellationToken cancellationToken
    ) => throw new NotSupportedException("Commands wait for the framing of messages.");

    /// <summary>Ends the connection now. The first cause wins and is kept.</summary>
    public void Abort(Exception cause)
    {
        Interlocked.CompareExchange(ref _failure, cause, null);
        Channel.Abort();
    }

    /// <summary>Closes in order.</summary>
    public ValueTask DisposeAsync() => Channel.DisposeAsync();
}
