namespace Weir.Protocol.Json;

/// <summary>The two forms of Extended JSON, version 2.</summary>
public enum ExtendedJsonMode
{
    /// <summary>Numbers and dates as people write them; the types of numbers are lost.</summary>
    Relaxed,

    /// <summary>Every type kept.</summary>
    Canonical,
}
