namespace Weir.Proxy.Cursors;

/// <summary>
/// Whoever used a cursor last: one per client connection that has opened one. Its list runs through the slots of
/// the <see cref="CursorTable"/> and is the table's to change.
/// </summary>
internal sealed class CursorOwner
{
    internal const int None = -1;

    internal int First = None;

    public bool HasCursors => Volatile.Read(ref First) != None;
}
