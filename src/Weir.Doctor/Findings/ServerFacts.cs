namespace Weir.Doctor.Findings;

/// <summary>What a server tells of its own settings, where it may be asked.</summary>
/// <param name="ConfiguredLimit"><c>net.maxIncomingConnections</c>; null when it is not set or may not be seen.</param>
/// <param name="FileWarning">Its start-up warning about open files, if it gave one.</param>
internal sealed record ServerFacts(int? ConfiguredLimit, string? FileWarning)
{
    public static readonly ServerFacts None = new(null, null);
}
