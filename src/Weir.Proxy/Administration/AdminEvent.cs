namespace Weir.Proxy.Administration;

/// <summary>Something that happened, which whoever looks after Weir may want to know. Immutable.</summary>
/// <param name="Id">Its number, from 1 since the start.</param>
/// <param name="At">When.</param>
/// <param name="Kind">What happened, as a word: <c>PoolCleared</c>.</param>
/// <param name="Upstream">The upstream; <see langword="null"/>: it concerns all of Weir.</param>
/// <param name="Server">The server, where it is about one.</param>
/// <param name="Text">The same in words.</param>
public sealed record AdminEvent(
    long Id,
    DateTimeOffset At,
    string Kind,
    string? Upstream,
    string? Server,
    string Text
);
