using Weir.Pooling;
using Weir.Pooling.Pools;
using Weir.Protocol.Wire;
using Weir.Proxy.Clients;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;
using Weir.Proxy.Errors;
using Weir.Proxy.Limits;
using Weir.Proxy.Routing;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// One request on its way: its bytes, what is known of it, the connection it runs on and its reply. Belongs to one
/// client connection at a time and is used again for the next request of any.
/// </summary>
internal sealed class Exchange
{
    private const int MaxKept = 256;

    /// <summary>Requests up to this many bytes are not counted: the number of clients bounds them.</summary>
    private const int Uncounted = 16 * 1024;

    [ThreadStatic]
    private static Stack<Exchange>? t_free;

    private ByteBudget _budget = null!;
    private int _budgeted;
    private CancellationTokenSource? _leaving;

    private Exchange() { }

    /// <summary>The client connection that the request came from.</summary>
    public ClientConnection Client { get; private set; } = null!;

    public CommandView View;

    /// <summary>The request's bytes; the frame is this exchange's to return.</summary>
    public Frame Request { get; private set; }

    /// <summary>How many of the frame's bytes are the message, which a patch may have shortened.</summary>
    public int RequestLength { get; set; }

    public ReadOnlyMemory<byte> RequestMemory => Request.Memory[..RequestLength];

    public Span<byte> RequestBytes => Request.Writable.Span[..RequestLength];

    public ReplyForm Form { get; set; }

    /// <summary>The compressor that the request came with, and its reply goes with.</summary>
    public CompressorId Compressor { get; set; }

    /// <summary>
    /// Cancelled when the client has gone, or Weir waits for nobody any more: whatever it waits for then is of no use.
    /// </summary>
    public CancellationToken Leaving { get; private set; }

    /// <summary>When the request was there, in the clock's timestamps.</summary>
    public long Started { get; private set; }

    /// <summary>When it was given to a server, in the clock's timestamps; 0 unless somebody measures.</summary>
    public long SentAt { get; set; }

    /// <summary>How often it has been given to a server.</summary>
    public int Attempts { get; set; }

    /// <summary>How often a pool had no connection to give because its server had failed.</summary>
    public int Rejections { get; set; }

    /// <summary>Its server has too much to do: it is to wait before it is sent again.</summary>
    public bool BacksOff { get; set; }

    public Server? Server { get; set; }

    public PooledConnection? Connection { get; set; }

    /// <summary>Its request says already whose it is.</summary>
    public bool IsMarked { get; set; }

    /// <summary>The lane that it is in and must leave.</summary>
    public AwaitLane? Lane { get; set; }

    /// <summary>getMore: the cursor under the client's id, and the cursor itself.</summary>
    public Cursor Cursor { get; set; }

    public ReplyView ReplyView;

    /// <summary>The reply's bytes; the frame is this exchange's to return.</summary>
    public Frame Reply { get; private set; }

    public bool HasReply { get; private set; }

    /// <summary>Why there is no server's reply.</summary>
    public WeirError? Error { get; set; }

    public static Exchange Rent(ClientConnection client, Frame request, ByteBudget budget, long now)
    {
        Exchange exchange = t_free is { Count: > 0 } free ? free.Pop() : new Exchange();
        exchange.Client = client;
        exchange._budget = budget;
        exchange.Started = now;
        exchange.SetRequest(request);
        return exchange;
    }

    /// <summary>From now on it may wait, and whoever has what this hands out may end that.</summary>
    public CancellationTokenSource BeginWaiting()
    {
        CancellationTokenSource leaving = _leaving ?? new CancellationTokenSource();
        _leaving = null;
        Leaving = leaving.Token;
        return leaving;
    }

    /// <summary>The bytes that all exchanges may hold together.</summary>
    public long BudgetCapacity => _budget.Capacity;

    /// <summary>Makes bytes of the budget, already taken, this exchange's to give back when it ends.</summary>
    public void Owes(int bytes) => _budgeted += bytes;

    /// <summary>Takes room for a request's other form, if there is any; it is given back when the exchange ends.</summary>
    public bool TryReserve(int bytes)
    {
        if (bytes <= Uncounted)
            return true;
        if (!_budget.TryTake(bytes))
            return false;
        _budgeted += bytes;
        return true;
    }

    /// <summary>Puts other bytes in the place of the request's, and returns those.</summary>
    public void SetRequest(Frame frame)
    {
        Request.Return();
        Request = frame;
        RequestLength = frame.Memory.Length;
    }

    /// <summary>Makes <paramref name="frame"/> the reply, in place of one that may be there.</summary>
    public void SetReply(Frame frame)
    {
        Reply.Return();
        Reply = frame;
        HasReply = true;
    }

    /// <summary>Puts what a compressed reply holds in its place; its bytes count, but nobody waits for them.</summary>
    public void Unwrap()
    {
        Frame whole = CompressedFrames.Unwrap(Reply.Span, out _);
        if (whole.Length > Uncounted)
        {
            _budget.Take(whole.Length);
            _budgeted += whole.Length;
        }
        SetReply(whole);
    }

    /// <summary>Lets the next getMore that waits for data go; once the connection is back.</summary>
    public void LeaveLane()
    {
        Lane?.Leave();
        Lane = null;
    }

    public void DropReply()
    {
        Reply.Return();
        Reply = default;
        HasReply = false;
    }

    /// <summary>Ends it: returns every buffer, gives back what it held, and offers itself for the next request.</summary>
    /// <param name="leaving">
    /// What <see cref="BeginWaiting"/> handed out, so that it serves the next request too; null if nothing was, or if
    /// somebody has cancelled it or still may.
    /// </param>
    public void Return(CancellationTokenSource? leaving)
    {
        _leaving ??= leaving;
        Leaving = default;
        System.Diagnostics.Debug.Assert(
            Connection is null,
            "an exchange ended without checking its connection in"
        );
        Request.Return();
        Reply.Return();
        LeaveLane();
        if (_budgeted > 0)
            _budget.Return(_budgeted);
        _budgeted = 0;
        View = default;
        ReplyView = default;
        Request = default;
        Reply = default;
        HasReply = false;
        RequestLength = 0;
        Form = default;
        Compressor = default;
        Attempts = 0;
        SentAt = 0;
        Rejections = 0;
        IsMarked = false;
        BacksOff = false;
        Client = null!;
        Server = null;
        Cursor = default;
        Error = null;
        Stack<Exchange> free = t_free ??= new Stack<Exchange>();
        if (free.Count < MaxKept)
            free.Push(this);
    }
}
