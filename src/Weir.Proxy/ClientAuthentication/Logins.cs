namespace Weir.Proxy.ClientAuthentication;

/// <summary>What the logins of all clients share: who may log in, which can change at any time, and the throttle.
/// Thread-safe.</summary>
internal sealed class Logins
{
    private volatile UserDirectory _users;

    public Logins(ClientUsers users, TimeProvider time)
    {
        _users = new UserDirectory(users, NewIdentity);
        Throttle = new LoginThrottle(time);
    }

    public UserDirectory Users => _users;

    public LoginThrottle Throttle { get; }

    private static Identity NewIdentity(UserSettings user) => new(user.Name, user.Databases[0], user.Role);
}
