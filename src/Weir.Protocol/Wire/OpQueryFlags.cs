namespace Weir.Protocol.Wire;

/// <summary>The flag bits of an OP_QUERY.</summary>
[Flags]
public enum OpQueryFlags
{
    None = 0,
    TailableCursor = 1 << 1,
    SecondaryOk = 1 << 2,
    OplogReplay = 1 << 3,
    NoCursorTimeout = 1 << 4,
    AwaitData = 1 << 5,
    Exhaust = 1 << 6,
    Partial = 1 << 7,
}
