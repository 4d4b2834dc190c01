using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// Finds users, and stands in for those that are not there: a name that nobody has gets mechanisms, a salt and keys of
/// its own, always the same ones, which no password fits. Immutable; thread-safe.
/// </summary>
internal sealed class UserDirectory
{
    private readonly Dictionary<(string Database, string Name), User> _byName = [];
    private readonly Dictionary<string, User> _bySubject = new(StringComparer.Ordinal);
    private readonly List<User> _users = [];
    private readonly List<User> _models = [];
    private readonly byte[] _secret;

    /// <param name="users">Valid users.</param>
    /// <param name="create">Makes a user.</param>
    public UserDirectory(ClientUsers users, Func<UserSettings, User> create)
    {
        _secret = users.Secret.IsEmpty ? RandomNumberGenerator.GetBytes(32) : users.Secret.ToArray();
        foreach (UserSettings settings in users.Users)
        {
            User user = create(settings);
            _users.Add(user);
            foreach (string database in settings.Databases)
                _byName[(database, settings.Name)] = user;
            if (settings.Subject is { } subject && X509Subject.Parse(subject) is { } canonical)
                _bySubject[canonical] = user;
            if (settings.Credentials.Count > 0)
                _models.Add(user);
        }
    }

    public IReadOnlyCollection<User> Users => _users;

    /// <summary>The user whose certificate has that subject, in its canonical form.</summary>
    public User? FindSubject(string subject) => _bySubject.GetValueOrDefault(subject);

    /// <summary>The mechanisms that hello offers for a name, whether or not it is there.</summary>
    public IEnumerable<string> MechanismsOf(string database, string name)
    {
        User? model = Model(database, name);
        User? user = FindWithPassword(database, name) ?? model;
        return user?.Mechanisms ?? [Mechanisms.ScramSha256, Mechanisms.ScramSha1];
    }

    /// <summary>
    /// What a conversation about a name goes by. The stand-in is made whether or not it is needed, so that both take the
    /// same time.
    /// </summary>
    public ScramCredential Look(ScramMechanism mechanism, string database, string name, out User? user)
    {
        ScramCredential standIn = StandIn(mechanism, database, name);
        user = FindWithPassword(database, name);
        return user?.CredentialFor(mechanism) ?? standIn;
    }

    private User? FindWithPassword(string database, string name) =>
        _byName.GetValueOrDefault((database, name)) is { Settings.Credentials.Count: > 0 } user ? user : null;

    private ScramCredential StandIn(ScramMechanism mechanism, string database, string name)
    {
        // As a whole hash each: nothing of them can be derived from a password.
        Span<byte> salt = Hash(mechanism.Name + " salt", database, name);
        Span<byte> key = Hash(mechanism.Name + " key", database, name);
        int iterations =
            Model(database, name)?.CredentialFor(mechanism)?.Iterations
            ?? (
                mechanism == ScramMechanism.Sha1
                    ? ScramCredential.Sha1Iterations
                    : ScramCredential.Sha256Iterations
            );
        return new ScramCredential(
            mechanism.Name,
            iterations,
            salt[..ScramCredential.SaltSize(mechanism)],
            key[..mechanism.Size],
            key[..mechanism.Size]
        );
    }

    /// <summary>Whom somebody who is not there resembles: one of those who are, always the same one.</summary>
    private User? Model(string database, string name) =>
        _models.Count == 0
            ? null
            : _models[
                (int)(
                    BinaryPrimitives.ReadUInt64LittleEndian(Hash("model", database, name))
                    % (ulong)_models.Count
                )
            ];

    private byte[] Hash(string purpose, string database, string name) =>
        HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes($"{purpose}\0{database}\0{name}"));
}
