using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Cursors;

/// <summary>
/// Whoever used a cursor last: one per client connection that has opened one. Its list runs through the slots of
/// the <see cref="CursorTable"/> and is the table's to change.
/// </summary>
internal sealed class CursorOwner(long client, Identity user)
{
    /// <summary>The client connection's number.</summary>
    public long Client { get; } = client;

    /// <summary>Whose cursors it may use and will open.</summary>
    public Identity User { get; set; } = user;

    internal const int None = -1;

    internal int First = None;

    /// <summary>How many cursors are in its list.</summary>
    public int Count { get; internal set; }

    public bool HasCursors => Volatile.Read(ref First) != None;
}
