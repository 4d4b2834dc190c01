namespace Weir.Sandbox;

/// <summary>A user that may authenticate with SCRAM-SHA-256 or SCRAM-SHA-1, and may then do everything, or only read.</summary>
public sealed record SandboxUser(string Name, string Password)
{
    /// <summary>The database that holds the user (authSource); default <c>admin</c>.</summary>
    public string Database { get; init; } = "admin";

    /// <summary>Whether commands that write are refused; default false.</summary>
    public bool IsReadOnly { get; init; }

    /// <summary>Names the user, never the password.</summary>
    public override string ToString() => $"{Name}@{Database}";
}
