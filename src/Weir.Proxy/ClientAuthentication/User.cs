using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>A user as the directory knows it. Immutable; thread-safe.</summary>
internal sealed class User(UserSettings settings, Identity identity, Credential? upstream)
{
    public UserSettings Settings { get; } = settings;

    public Identity Identity { get; } = identity;

    /// <summary>By what its requests go upstream; <see langword="null"/>: as the upstream's connection string says.</summary>
    public Credential? Upstream { get; } = upstream;

    public IEnumerable<string> Mechanisms => Settings.Credentials.Select(c => c.Mechanism);

    /// <summary>Whether both are one user, whose connections may stay: the password may be another.</summary>
    public bool IsSameAs(User other) =>
        Settings.Name == other.Settings.Name
        && Settings.Databases.SequenceEqual(other.Settings.Databases)
        && Settings.Role == other.Settings.Role
        && Settings.Subject == other.Settings.Subject
        && Upstream == other.Upstream;

    public ScramCredential? CredentialFor(ScramMechanism mechanism)
    {
        foreach (ScramCredential credential in Settings.Credentials)
        {
            if (credential.Kind == mechanism)
                return credential;
        }
        return null;
    }
}
