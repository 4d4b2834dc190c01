using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Clients;

/// <summary>
/// A client connection as the tables know it: whoever used a cursor, a session or a transaction last. One per connection
/// and user that has used any. The lists run through the slots of <see cref="Cursors.CursorTable"/> and
/// <see cref="Sessions.SessionTable"/>, and are theirs to change.
/// </summary>
internal sealed class WorkOwner(long client, Identity user)
{
    internal const int None = -1;

    internal int FirstCursor = None;
    internal int FirstSession = None;

    /// <summary>The client connection's number.</summary>
    public long Client { get; } = client;

    /// <summary>Whose cursors and sessions it uses.</summary>
    public Identity User { get; set; } = user;

    /// <summary>How many cursors are in its list.</summary>
    public int Cursors { get; internal set; }

    public bool HasCursors => Volatile.Read(ref FirstCursor) != None;

    public bool HasSessions => Volatile.Read(ref FirstSession) != None;
}
