namespace Weir.Sync.Configuration;

/// <summary>A key of a mapping, the line it stands on, and its value.</summary>
internal readonly record struct ConfigMember(string Name, int Line, ConfigNode Value);
