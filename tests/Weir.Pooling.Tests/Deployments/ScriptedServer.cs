using System.Buffers;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Pooling.Tests.Deployments;

/// <summary>
/// A server that says hello the way a test wants, and answers everything else with a function. It streams its
/// answers to an awaitable hello: each <see cref="Become"/> is heard at once.
/// </summary>
internal sealed class ScriptedServer : IAsyncDisposable
{
    private readonly Lock _gate = new();
    private readonly Listener _listener;
    private readonly HashSet<Channel> _channels = [];
    private readonly ObjectId _process = ObjectId.New();
    private BsonDocument _hello = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _counter;
    private int _hellos;

    public ScriptedServer(Network network, string address, bool streams = true)
    {
        Address = ServerAddress.Parse(address);
        Streams = streams;
        _listener = network.Listen(Address.ToEndPoint(), new ListenerOptions(), ServeAsync);
    }

    public ServerAddress Address { get; }

    public bool Streams { get; }

    /// <summary>What it answers to anything but hello; ok by default. Null: nothing.</summary>
    public Func<BsonDocument, BsonDocument?> Answer { get; set; } = _ => new BsonDocument { ["ok"] = 1 };

    /// <summary>Connections that are open.</summary>
    public int Connections
    {
        get
        {
            lock (_gate)
            {
                return _channels.Count;
            }
        }
    }

    /// <summary>Completes when no connection is open: a server learns of an end a moment after the client.</summary>
    public async Task EmptyAsync()
    {
        while (true)
        {
            Task left;
            lock (_gate)
            {
                if (_channels.Count == 0)
                {
                    return;
                }
                left = _left.Task;
            }
            await left.WaitAsync(TestContext.Current.CancellationToken);
        }
    }

    /// <summary>How often hello was answered.</summary>
    public int Hellos => Volatile.Read(ref _hellos);

    /// <summary>Changes what it says of itself, and tells whoever waits for that.</summary>
    public void Become(BsonDocument hello)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _hello = hello;
            _counter++;
            changed = _changed;
            _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        changed.SetResult();
    }

    /// <summary>The topology version of this moment, as a reply carries it.</summary>
    public BsonDocument Version()
    {
        lock (_gate)
        {
            return new BsonDocument { ["processId"] = _process, ["counter"] = _counter };
        }
    }

    /// <summary>Breaks every connection; new ones are accepted.</summary>
    public void BreakConnections()
    {
        Channel[] channels;
        lock (_gate)
        {
            channels = [.. _channels];
        }
        foreach (var channel in channels)
        {
            channel.Abort();
        }
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(Channel channel)
    {
        lock (_gate)
        {
            _channels.Add(channel);
        }
        using var reader = new FrameReader(channel, 1 << 20);
        var request = 0;
        while (await reader.ReadAsync() is { Outcome: FrameOutcome.Frame } read)
        {
            BsonDocument command;
            OpMsgFlags flags;
            try
            {
                var message = OpMsg.Parse(read.Frame.Span);
                (command, flags, request) = (message.ToCommand(), message.Flags, message.Header.RequestId);
            }
            finally
            {
                read.Frame.Return();
            }
            if (!await ReplyAsync(channel, command, flags, request))
            {
                break;
            }
        }
        TaskCompletionSource left;
        lock (_gate)
        {
            _channels.Remove(channel);
            left = _left;
            _left = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        left.SetResult();
    }

    private async ValueTask<bool> ReplyAsync(
        Channel channel,
        BsonDocument command,
        OpMsgFlags flags,
        int request
    )
    {
        if (command[0].Name is not ("hello" or "isMaster"))
        {
            return Answer(command) is not { } answer
                || await SendAsync(channel, request, answer, OpMsgFlags.None) != 0;
        }
        if (!command.Contains("topologyVersion"))
        {
            return await SendAsync(channel, request, Hello(), OpMsgFlags.None) != 0;
        }
        var seen = command["topologyVersion"].AsDocument["counter"].ToInt64();
        do
        {
            seen = await ChangeAsync(channel, seen);
            request =
                seen < 0
                    ? 0
                    : await SendAsync(
                        channel,
                        request,
                        Hello(),
                        flags.HasFlag(OpMsgFlags.ExhaustAllowed) ? OpMsgFlags.MoreToCome : 0
                    );
        } while (request != 0 && flags.HasFlag(OpMsgFlags.ExhaustAllowed));
        return request != 0;
    }

    // The counter that is newer than the one seen; negative when the peer has gone.
    private async Task<long> ChangeAsync(Channel channel, long seen)
    {
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        channel.WatchPeer(static s => ((TaskCompletionSource)s!).TrySetResult(), gone);
        while (true)
        {
            Task changed;
            lock (_gate)
            {
                if (_counter > seen)
                {
                    return _counter;
                }
                changed = _changed.Task;
            }
            if (await Task.WhenAny(changed, gone.Task) == gone.Task)
            {
                return -1;
            }
        }
    }

    private BsonDocument Hello()
    {
        Interlocked.Increment(ref _hellos);
        lock (_gate)
        {
            var reply = _hello.Clone();
            if (Streams)
            {
                reply["topologyVersion"] = new BsonDocument
                {
                    ["processId"] = _process,
                    ["counter"] = _counter,
                };
            }
            reply["helloOk"] = true;
            reply["minWireVersion"] = 0;
            reply["maxWireVersion"] = 25;
            reply["ok"] = reply.Contains("ok") ? reply["ok"] : 1;
            return reply;
        }
    }

    private static int s_lastReply;

    // The reply's id; 0 when it could not be sent.
    private static async ValueTask<int> SendAsync(
        Channel channel,
        int request,
        BsonDocument reply,
        OpMsgFlags flags
    )
    {
        var id = Interlocked.Increment(ref s_lastReply);
        var bytes = new ArrayBufferWriter<byte>();
        MessageWriter.WriteMsg(bytes, id, request, flags, reply);
        return await channel.SendAsync(bytes.WrittenMemory) ? id : 0;
    }
}
