using System.Collections.Concurrent;
using System.Security.Cryptography;

namespace Weir.Sandbox.Server;

/// <summary>The deployment's users and their keys, derived when they are first needed. Thread-safe.</summary>
internal sealed class UserTable(IReadOnlyList<SandboxUser> users, IReadOnlyList<string> tokens)
{
    private readonly ConcurrentDictionary<(SandboxUser User, string Mechanism), ScramKeys> keys = new();

    public bool Any => users.Count > 0;

    /// <summary>Who an access token is for; null: it is not valid.</summary>
    public SandboxUser? FindByToken(string token) =>
        tokens.Contains(token) ? new SandboxUser("oidc", "") { Database = "$external" } : null;

    public SandboxUser? Find(string database, string name) =>
        users.FirstOrDefault(user => user.Database == database && user.Name == name);

    /// <summary>The mechanisms of <c>database.user</c>; none when it is not there.</summary>
    public string[] MechanismsOf(string qualified)
    {
        var dot = qualified.IndexOf('.', StringComparison.Ordinal);
        return dot > 0 && Find(qualified[..dot], qualified[(dot + 1)..]) is not null
            ? [ScramExchange.Sha256, ScramExchange.Sha1]
            : [];
    }

    public ScramKeys KeysOf(SandboxUser user, string mechanism) =>
        keys.GetOrAdd(
            (user, mechanism),
            static key => new ScramKeys(
                key.User,
                key.Mechanism == ScramExchange.Sha1 ? HashAlgorithmName.SHA1 : HashAlgorithmName.SHA256
            )
        );
}
