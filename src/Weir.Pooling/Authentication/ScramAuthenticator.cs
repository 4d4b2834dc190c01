using System.Collections.Concurrent;

namespace Weir.Pooling.Authentication;

/// <summary>SCRAM-SHA-256 or SCRAM-SHA-1, as the credential says or the server offers.</summary>
internal sealed class ScramAuthenticator : Authenticator
{
    private readonly ConcurrentDictionary<ScramMechanism, string> _prepared = [];
    private readonly ScramKeyCache _keys;

    public ScramAuthenticator(Credential credential, ScramKeyCache keys)
        : base(credential)
    {
        UserName = Required(credential.UserName, "user name", credential);
        Required(credential.Password, "password", credential);
        _keys = keys;
    }

    public string UserName { get; }

    public override Authentication Begin() => new ScramAuthentication(this);

    /// <summary>The keys for a challenge, from the cache or derived off the loop.</summary>
    public Task<ScramKeys> KeysAsync(ScramMechanism mechanism, ScramChallenge challenge, CancellationToken ct)
    {
        var password = _prepared.GetOrAdd(mechanism, m => m.PreparePassword(UserName, Credential.Password!));
        return _keys.GetAsync(mechanism, password, challenge, ct);
    }
}
