namespace Weir.Pooling.Authentication;

/// <summary>
/// Who authenticates against which database, and how. Two credentials are equal when every part is, so that
/// pools can be kept apart by credential. Immutable; <see cref="ToString"/> shows no secret.
/// </summary>
public sealed record Credential
{
    private static readonly Dictionary<string, string> NoProperties = [];

    /// <summary>The mechanism, or null to negotiate SCRAM-SHA-256 or SCRAM-SHA-1 with the server.</summary>
    public string? Mechanism { get; init; }

    /// <summary>The database that authenticates.</summary>
    public string Source { get; init; } = "admin";

    /// <summary>The user's name, exactly as given; null where the mechanism needs none.</summary>
    public string? UserName { get; init; }

    /// <summary>The password; null where the mechanism needs none.</summary>
    public string? Password { get; init; }

    /// <summary>The mechanism's own properties.</summary>
    public IReadOnlyDictionary<string, string> Properties { get; init; } = NoProperties;

    /// <inheritdoc/>
    public bool Equals(Credential? other) =>
        other is not null
        && Mechanism == other.Mechanism
        && Source == other.Source
        && UserName == other.UserName
        && Password == other.Password
        && Properties.Count == other.Properties.Count
        && Properties.All(p => other.Properties.TryGetValue(p.Key, out var value) && value == p.Value);

    /// <inheritdoc/>
    public override int GetHashCode() =>
        HashCode.Combine(Mechanism, Source, UserName, Password, Properties.Count);

    /// <summary>The user, source and mechanism; never the password or the properties.</summary>
    public override string ToString() => $"{UserName ?? "(no name)"}@{Source} ({Mechanism ?? "SCRAM"})";
}
