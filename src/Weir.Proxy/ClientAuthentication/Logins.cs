using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>What the logins of all clients share: who may log in, which can change at any time, and the throttle.
/// Thread-safe.</summary>
internal sealed class Logins
{
    private volatile UserDirectory _users;

    public Logins(ClientUsers users, IReadOnlyDictionary<string, Credential> credentials, TimeProvider time)
    {
        _users = new UserDirectory(users, user => Create(user, credentials));
        Throttle = new LoginThrottle(time);
    }

    public UserDirectory Users => _users;

    public LoginThrottle Throttle { get; }

    private static User Create(UserSettings user, IReadOnlyDictionary<string, Credential> credentials) =>
        new(
            user,
            new Identity(user.Name, user.Databases[0], user.Role),
            user.UpstreamCredential is { } name ? credentials[name] : null
        );
}
