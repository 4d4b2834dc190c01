namespace Weir.Cli.Configuration;

/// <summary>One setting as it stands.</summary>
/// <param name="Key">Its path.</param>
/// <param name="Shown">Its value, without secrets.</param>
/// <param name="Value">What tells whether it has changed; never shown.</param>
/// <param name="IsLive">Whether a reload changes it.</param>
internal sealed record ConfigurationEntry(string Key, string Shown, object? Value, bool IsLive);
