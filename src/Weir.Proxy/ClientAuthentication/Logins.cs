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

    /// <summary>
    /// Changes who may log in. Whoever is connected stays so, unless its user is gone, or goes upstream as somebody else.
    /// </summary>
    public void Replace(ClientUsers users, IReadOnlyDictionary<string, Credential> credentials)
    {
        UserDirectory before = _users;
        var next = new UserDirectory(
            users,
            settings =>
            {
                User user = Create(settings, credentials);
                User? same = before.Users.FirstOrDefault(old => old.IsSameAs(user));
                return same is null ? user : new User(settings, same.Identity, user.Upstream);
            }
        );
        _users = next;
        foreach (User old in before.Users)
        {
            if (next.Users.All(user => user.Identity != old.Identity))
                old.Identity.Revoke();
        }
    }

    private static User Create(UserSettings user, IReadOnlyDictionary<string, Credential> credentials) =>
        new(
            user,
            new Identity(user.Name, user.Databases[0], user.Role),
            user.UpstreamCredential is { } name ? credentials[name] : null
        );
}
