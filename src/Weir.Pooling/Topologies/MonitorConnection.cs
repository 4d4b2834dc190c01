using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Pooling.Topologies;

/// <summary>
/// A monitor's own connection: one hello after the other, or a stream of answers to one. Nobody authenticates on
/// it. For its monitor alone; only <see cref="Abort"/> may be called from elsewhere.
/// </summary>
internal sealed class MonitorConnection(ServerConnection connection, TimeProvider time) : IAsyncDisposable
{
    private bool _helloOk = connection.Hello.HelloOk;

    /// <summary>The answer to the handshake's hello.</summary>
    public BsonDocument HandshakeReply => connection.Hello.Document;

    /// <summary>The server's own number for it.</summary>
    public long? ServerId => connection.Hello.ConnectionId;

    /// <summary>How long that took.</summary>
    public TimeSpan HandshakeDuration => connection.HelloDuration;

    /// <summary>Whether the server goes on answering without being asked.</summary>
    public bool MoreToCome { get; private set; }

    /// <summary>Whether it is of no more use.</summary>
    public bool IsEnded => connection.Failure is not null || connection.Channel.End != ChannelEnd.None;

    /// <summary>Ends it from any thread; what is pending on it fails.</summary>
    public void Abort() => connection.Abort(new OperationCanceledException("the check was given up"));

    /// <summary>Asks hello. With a topology version, the server answers when that has changed.</summary>
    /// <exception cref="CommandException">The server answered with an error.</exception>
    /// <exception cref="ConnectionException">The network failed, or nothing was heard in time.</exception>
    public ValueTask<BsonDocument> HelloAsync(
        TimeSpan timeout,
        TopologyVersion? known = null,
        TimeSpan maxAwaitTime = default
    )
    {
        var command = new BsonDocument { [_helloOk ? "hello" : "isMaster"] = 1, ["helloOk"] = true };
        if (known is not null)
        {
            command["topologyVersion"] = known.ToBson();
            command["maxAwaitTimeMS"] = (long)maxAwaitTime.TotalMilliseconds;
        }
        return ReceiveAsync(
            token => connection.ExchangeAsync("admin", command, exhaustAllowed: known is not null, token),
            timeout
        );
    }

    /// <summary>Waits for the next answer of the stream.</summary>
    /// <exception cref="CommandException">It is an error.</exception>
    /// <exception cref="ConnectionException">The network failed, or nothing was heard in time.</exception>
    public ValueTask<BsonDocument> NextAsync(TimeSpan timeout) =>
        ReceiveAsync(token => connection.NextReplyAsync("hello", token), timeout);

    public ValueTask DisposeAsync() => connection.DisposeAsync();

    private async ValueTask<BsonDocument> ReceiveAsync(
        Func<CancellationToken, ValueTask<CommandReply>> receive,
        TimeSpan timeout
    )
    {
        using var limit = timeout > TimeSpan.Zero ? new CancellationTokenSource(timeout, time) : null;
        try
        {
            var reply = await receive(limit?.Token ?? CancellationToken.None);
            MoreToCome = reply.MoreToCome;
            _helloOk |= reply.Document.GetValueOrDefault("helloOk") is { IsBoolean: true, AsBoolean: true };
            return reply.Document;
        }
        catch (OperationCanceledException e) when (limit?.IsCancellationRequested == true)
        {
            throw new ConnectionException(
                connection.Address,
                ConnectionStage.Exchange,
                $"hello was not answered within {timeout.TotalMilliseconds:0} ms (connectTimeoutMS)",
                e
            )
            {
                IsTimeout = true,
            };
        }
    }
}
