using System.Diagnostics.CodeAnalysis;
using System.Net;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Limits;
using Weir.Proxy.Routing;
using Weir.Transport;
using Weir.Transport.Framing;

namespace Weir.Proxy.Clients;

/// <summary>
/// A client's connection, from its first byte to its last. Its whole life is <see cref="RunAsync"/>.
/// </summary>
/// <remarks>
/// <para>Threads: everything runs on the channel's loop, one step after the other, but <see cref="Abort"/>,
/// <see cref="CloseWhenIdle"/> and, where there are no loops, the news that the peer has gone. These take the
/// connection that is in flight out of <see cref="_inFlight"/>, and what cancels the exchange's waiting out of
/// <see cref="_leaving"/>; whoever takes one out disposes of it, so a connection that has gone back to its pool can't
/// be aborted by mistake, nor another client's exchange be cancelled.</para>
/// <para>Memory: while it waits for a request it holds no exchange and no buffer. All awaits of an ordinary
/// exchange are in one method, so that one state machine, made once, serves all requests without allocation.</para>
/// </remarks>
[SuppressMessage("Design", "CA1001", Justification = "RunAsync disposes of what it owns when it ends.")]
internal sealed partial class ClientConnection
{
    /// <summary>A request up to this length is read as it comes; a longer one first asks the byte budget.</summary>
    internal const int SmallRequest = 64 * 1024;

    /// <summary>A reply up to this length is read as it comes.</summary>
    internal const int SmallReply = 128 * 1024;

    private static readonly Action<object?> PeerGone = static client =>
        ((ClientConnection)client!).OnPeerGone();

    private readonly Channel _channel;
    private ListenerContext _context;
    private readonly FrameReader _reader;
    private readonly SynchronizationContext? _loop = SynchronizationContext.Current;
    private WorkOwner? _work;
    private PooledConnection? _inFlight;
    private TaskCompletionSource? _goneSignal;
    private CancellationTokenSource? _leaving;

    // Mutable: not readonly.
    private ClientQuotas _quotas;
    private SessionId _lastSession;
    private long _lastSessionAt;
    private ClientState _state;
    private volatile bool _gone;
    private volatile bool _stalled;

    public ClientConnection(Channel channel, ListenerContext context, long id, ClientQuotas quotas)
    {
        _channel = channel;
        _context = context;
        _reader = new FrameReader(channel, ProxyLimits.MaxMessageBytes);
        Id = id;
        _quotas = quotas;
        _connectedAt = context.Time.GetUtcNow();
        _activity.Connected(context.Time.GetTimestamp());
    }

    /// <summary>The connection's number, which its hello tells as <c>connectionId</c>.</summary>
    public long Id { get; }

    /// <summary>Its neighbours in the list of all: the <see cref="ClientRegistry"/>'s.</summary>
    public ClientConnection? Next { get; set; }

    /// <inheritdoc cref="Next"/>
    public ClientConnection? Previous { get; set; }

    /// <summary>What it counts against.</summary>
    public ref ClientQuotas Quotas => ref _quotas;

    public EndPoint? LocalEndPoint => _channel.LocalEndPoint;

    public EndPoint? RemoteEndPoint => _channel.RemoteEndPoint;

    /// <summary>Who has logged in on it; changes with the login. Never null.</summary>
    public Identity Identity => _context.Identity;

    /// <summary>The deployment that it works with.</summary>
    public Upstream Upstream => _context.Upstream;

    /// <summary>The cursors and sessions that it used last.</summary>
    public WorkOwner Work
    {
        get
        {
            _work ??= new WorkOwner(Id, Identity);
            _work.User = Identity;
            return _work;
        }
    }

    /// <summary>The process that it seems to belong to; <see langword="null"/> before its first hello.</summary>
    public ClientGroup? Group { get; set; }

    /// <summary>Hellos it has sent, and requests it has had forwarded: a monitor sends many and none.</summary>
    public int Hellos { get; set; }

    public bool HasForwarded { get; private set; }

    /// <summary>It is closed as soon as it has been answered.</summary>
    public bool IsClosing => _state == ClientState.Closing;

    /// <summary>It said hello again and again and nothing else; <see cref="ClientGroups"/> counts such ones.</summary>
    public bool IsMonitor { get; set; }

    /// <summary>The exchange that was given up when the client went.</summary>
    public Interruption? Interrupted { get; private set; }

    /// <summary>Serves the client until it goes, is closed, or breaks the protocol. Never fails.</summary>
    public async Task RunAsync()
    {
        Begin();
        Exchange? x = null;
        Exception? failure = null;
        try
        {
            while (true)
            {
                bool isThere = await _reader.WaitToReadAsync(SmallRequest);
                FrameRead read = _reader.TakeRead();
                if (!isThere || !TryEnter(ClientState.Busy))
                {
                    NoteEnd(read);
                    break;
                }
                x = Exchange.Rent(this, read.Frame, _context.Budget, _context.Time.GetTimestamp());
                IntakeResult intake =
                    x.Request.IsWhole || await ReadRestAsync(x)
                        ? Intake.Receive(x, _context.Settings.Compressors.Count > 0, out string? reason)
                        : Refuse(x, out reason);
                if (intake == IntakeResult.Close)
                {
                    NoteBroken(reason!);
                    break;
                }
                _activity.Begin(x.View.Text, x.View.Name.Of(x.RequestBytes), x.Request.Length, x.Started);
                Verdict verdict = Verdict.Deliver;
                if (
                    intake == IntakeResult.Local
                    || (intake == IntakeResult.Forward && IsForAdministration(x))
                )
                {
                    verdict = await AnswerAsync(x);
                }
                else if (intake == IntakeResult.Forward)
                {
                    NoteForward(x);
                    // A write that nobody waits for is made whether or not its client stays.
                    if (x.Form != ReplyForm.Nothing)
                        _channel.WatchPeer(PeerGone, this);
                    do
                    {
                        if (!await FindServerAsync(x))
                            break;
                        CheckOutResult result = await x.Server!.Pool.TryCheckOutAsync(
                            CheckOutDeadline(x),
                            x.Leaving
                        );
                        if (!Take(x, result, out verdict))
                            continue;
                        await x.Connection!.Connection.BeginExchange(x.RequestMemory, SmallReply);
                        verdict = Settle(x);
                        if (verdict == Verdict.Large)
                            verdict = await TakeLargeReplyAsync(x);
                    } while (verdict == Verdict.Again);
                    _channel.WatchPeer(null, null);
                    // Whoever got the connection sends first: the server works while the reply goes out.
                    (_loop as EventLoop)?.LetPostedRun();
                }
                if (verdict == Verdict.Abandoned)
                {
                    x.Error ??= Failures.ClientGone;
                    break;
                }
                if (Finish(x) && !await DeliverAsync(x.Reply.Memory))
                    break;
                EndExchange(ref x);
                if (!TryEnter(ClientState.Idle))
                    break;
            }
        }
        catch (Exception e)
        {
            failure = e;
        }
        // Not in a block that every wait above would leave and come back to.
        End(ref x, failure);
    }

    /// <summary>Ends it now: what it has in hand is aborted, at the server too. From any thread.</summary>
    public void Abort()
    {
        _channel.Abort();
        OnPeerGone();
    }

    /// <summary>Ends it as soon as it has no request in hand. From any thread.</summary>
    public void CloseWhenIdle()
    {
        if (Interlocked.Exchange(ref _state, ClientState.Closing) == ClientState.Idle)
            CloseIdle();
        // A hello that waits is nothing to wait for.
        Volatile.Read(ref _goneSignal)?.TrySetResult();
    }
}
