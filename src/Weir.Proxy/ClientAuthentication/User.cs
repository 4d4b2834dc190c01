using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>A user as the directory knows it. Immutable; thread-safe.</summary>
internal sealed class User(UserSettings settings, Identity identity)
{
    public UserSettings Settings { get; } = settings;

    public Identity Identity { get; } = identity;

    public IEnumerable<string> Mechanisms => Settings.Credentials.Select(c => c.Mechanism);

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
