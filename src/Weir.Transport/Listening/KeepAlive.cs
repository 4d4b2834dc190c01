namespace Weir.Transport.Listening;

/// <summary>TCP keep-alive: a peer that vanished without a word is noticed within a few minutes.</summary>
internal static class KeepAlive
{
    /// <summary>Silence before the first probe.</summary>
    public const int IdleSeconds = 120;

    /// <summary>Between probes.</summary>
    public const int IntervalSeconds = 10;
}
