using System.Buffers;
using Weir.Pooling.Connections;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Pooling.Topologies;

/// <summary>
/// A monitor's own connection: one hello after the other, or a stream of answers to one. Nobody authenticates on
/// it. For its monitor alone; only <see cref="Abort"/> may be called from elsewhere.
/// </summary>
internal sealed class MonitorConnection(
    ServerConnection connection,
    TimeSpan handshakeDuration,
    TimeProvider time
) : IAsyncDisposable
{
    private readonly ArrayBufferWriter<byte> _request = new(256);
    private readonly FrameReader _reader = new(connection.Channel, connection.Hello.MaxMessageSize);
    private bool _timedOut;
    private volatile bool _aborted;
    private int _requestId;
    private bool _helloOk = connection.Hello.HelloOk;

    /// <summary>The answer to the handshake's hello.</summary>
    public BsonDocument HandshakeReply => connection.Hello.Document;

    /// <summary>How long that took.</summary>
    public TimeSpan HandshakeDuration => handshakeDuration;

    /// <summary>Whether the server goes on answering without being asked.</summary>
    public bool MoreToCome { get; private set; }

    /// <summary>Whether it is of no more use.</summary>
    public bool IsEnded => _aborted || connection.Channel.End != Transport.ChannelEnd.None;

    /// <summary>Ends it from any thread; what is pending on it fails.</summary>
    public void Abort()
    {
        _aborted = true;
        connection.Channel.Abort();
    }

    /// <summary>Asks hello. With a topology version, the server answers when that has changed.</summary>
    /// <exception cref="ConnectionException">The network failed, or nothing was heard in time.</exception>
    public async ValueTask<BsonDocument> HelloAsync(
        TimeSpan timeout,
        TopologyVersion? known = null,
        TimeSpan maxAwaitTime = default
    )
    {
        var command = new BsonDocument { [_helloOk ? "hello" : "isMaster"] = 1, ["helloOk"] = true };
        var flags = OpMsgFlags.None;
        if (known is not null)
        {
            command["topologyVersion"] = known.ToBson();
            command["maxAwaitTimeMS"] = (long)maxAwaitTime.TotalMilliseconds;
            flags = OpMsgFlags.ExhaustAllowed;
        }
        command["$db"] = "admin";
        _request.ResetWrittenCount();
        MessageWriter.WriteMsg(_request, ++_requestId, 0, flags, command);
        using var watch = Watch(timeout);
        if (!await connection.Channel.SendAsync(_request.WrittenMemory))
        {
            throw Broken();
        }
        return await ReceiveAsync();
    }

    /// <summary>Waits for the next answer of the stream.</summary>
    /// <exception cref="ConnectionException">The network failed, or nothing was heard in time.</exception>
    public async ValueTask<BsonDocument> NextAsync(TimeSpan timeout)
    {
        using var watch = Watch(timeout);
        return await ReceiveAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await connection.DisposeAsync();
        _reader.Dispose();
    }

    private async ValueTask<BsonDocument> ReceiveAsync()
    {
        var read = await _reader.ReadAsync();
        if (read.Outcome != FrameOutcome.Frame)
        {
            throw Broken();
        }
        try
        {
            return Parse(read.Frame.Span);
        }
        catch (Exception e) when (e is BsonFormatException or WireFormatException)
        {
            throw new ConnectionException(
                connection.Address,
                ConnectionStage.Exchange,
                $"the answer to hello cannot be read: {e.Message}",
                e
            );
        }
        finally
        {
            read.Frame.Return();
        }
    }

    private BsonDocument Parse(ReadOnlySpan<byte> message)
    {
        var reply = OpMsg.Parse(message);
        // In a stream each answer answers the one before it.
        if (!MoreToCome && reply.Header.ResponseTo != _requestId)
        {
            throw new WireFormatException(
                $"it answers request {reply.Header.ResponseTo}, but {_requestId} was asked"
            );
        }
        var document = BsonDocument.Parse(reply.Body);
        MoreToCome = (reply.Flags & OpMsgFlags.MoreToCome) != 0;
        _helloOk |= document.GetValueOrDefault("helloOk") is { IsBoolean: true, AsBoolean: true };
        return document;
    }

    private ITimer? Watch(TimeSpan timeout) =>
        timeout <= TimeSpan.Zero
            ? null
            : time.CreateTimer(
                static state =>
                {
                    var self = (MonitorConnection)state!;
                    self._timedOut = true;
                    self.Abort();
                },
                this,
                timeout,
                Timeout.InfiniteTimeSpan
            );

    private ConnectionException Broken() =>
        new(
            connection.Address,
            ConnectionStage.Exchange,
            _timedOut
                ? "the server did not answer hello in time (connectTimeoutMS)"
                : "the connection ended while hello was asked"
        )
        {
            IsTimeout = _timedOut,
        };
}
