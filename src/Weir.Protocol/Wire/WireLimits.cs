namespace Weir.Protocol.Wire;

/// <summary>Bounds of messages.</summary>
public static class WireLimits
{
    /// <summary>The longest message that servers take (<c>maxMessageSizeBytes</c>): 48,000,000 bytes.</summary>
    public const int MaxMessageLength = 48_000_000;
}
