using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using Weir.Pooling.Authentication;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// The server's side of one SCRAM conversation (RFC 5802, RFC 7677): messages in, messages out, no I/O. New → Challenged
/// (the first message answered) → Proven or Failed. Not thread-safe.
/// </summary>
internal sealed class ScramLogin
{
    /// <summary>A message has a name, a nonce and a proof; no driver's comes near this many bytes.</summary>
    public const int LongestMessage = 4096;

    private readonly ScramMechanism _mechanism;
    private readonly UserDirectory _users;
    private readonly string? _serverNonce;
    private ScramCredential? _credential;
    private User? _user;
    private string _header = "";
    private string _nonce = "";
    private string _signed = "";
    private bool _isFailed;

    /// <summary>Starts a conversation; only tests give a nonce.</summary>
    public ScramLogin(
        ScramMechanism mechanism,
        UserDirectory users,
        string database,
        string? serverNonce = null
    )
    {
        _mechanism = mechanism;
        _users = users;
        Database = database;
        _serverNonce = serverNonce;
    }

    /// <summary>The name that the client gave, which it has not proved yet; empty before its first message.</summary>
    public string ClaimedName { get; private set; } = "";

    public string Mechanism => _mechanism.Name;

    public string Database { get; }

    /// <summary>Who it is; <see langword="null"/> until the client has proved it.</summary>
    public User? Proven { get; private set; }

    /// <summary>Takes the client's first message. <see langword="null"/>: it is malformed.</summary>
    public byte[]? Challenge(ReadOnlySpan<byte> message)
    {
        if (_credential is not null || _isFailed || !TryText(message, out string text) || !TryReadFirst(text))
        {
            _isFailed = true;
            return null;
        }
        _credential = _users.Look(_mechanism, Database, ClaimedName, out _user);
        _nonce += _serverNonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        string serverFirst = string.Create(
            CultureInfo.InvariantCulture,
            $"r={_nonce},s={Convert.ToBase64String(_credential.Salt.Span)},i={_credential.Iterations}"
        );
        _signed = $"{text[_header.Length..]},{serverFirst}";
        return Encoding.UTF8.GetBytes(serverFirst);
    }

    /// <summary>
    /// Takes the client's proof: the server's own, or <see langword="null"/> when it is wrong or malformed. There is one
    /// try.
    /// </summary>
    public byte[]? Prove(ReadOnlySpan<byte> message)
    {
        if (_credential is null || _isFailed || !TryText(message, out string text))
            return null;
        // What comes after this is right only when all of it is.
        _isFailed = true;
        int end = text.LastIndexOf(",p=", StringComparison.Ordinal);
        byte[] proof = new byte[_mechanism.Size];
        if (
            end < 0
            || !IsFinal(text[..end])
            || !Convert.TryFromBase64String(text[(end + 3)..], proof, out int length)
            || length != proof.Length
        )
            return null;
        byte[] signed = Encoding.UTF8.GetBytes($"{_signed},{text[..end]}");
        byte[] clientKey = _mechanism.Hmac(_credential.StoredKey.Span, signed);
        for (int i = 0; i < clientKey.Length; i++)
            clientKey[i] ^= proof[i];
        byte[] signature = _mechanism.Hmac(_credential.ServerKey.Span, signed);
        bool fits = CryptographicOperations.FixedTimeEquals(
            _mechanism.Hash(clientKey),
            _credential.StoredKey.Span
        );
        // A stand-in's keys fit nothing; should they, there is still nobody.
        if (!fits || _user is null)
            return null;
        _isFailed = false;
        Proven = _user;
        return Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}");
    }

    /// <summary><c>n,,n=NAME,r=NONCE</c>: no channel binding, no other identity to act for, no extension that counts.</summary>
    private bool TryReadFirst(string text)
    {
        if (
            !text.StartsWith("n,,", StringComparison.Ordinal)
            && !text.StartsWith("y,,", StringComparison.Ordinal)
        )
            return false;
        _header = text[..3];
        string[] fields = text[3..].Split(',');
        if (
            fields.Length < 2
            || !fields[0].StartsWith("n=", StringComparison.Ordinal)
            || !fields[1].StartsWith("r=", StringComparison.Ordinal)
            || Unescape(fields[0][2..]) is not { Length: > 0 } name
        )
            return false;
        _nonce = fields[1][2..];
        ClaimedName = name;
        return _nonce.Length > 0 && !_nonce.AsSpan().ContainsAnyExceptInRange('!', '~');
    }

    private bool IsFinal(string withoutProof)
    {
        string[] fields = withoutProof.Split(',');
        return fields.Length >= 2
            && fields[0] == "c=" + Convert.ToBase64String(Encoding.ASCII.GetBytes(_header))
            && fields[1] == "r=" + _nonce;
    }

    private static string? Unescape(string name)
    {
        string plain = name.Replace("=2C", ",", StringComparison.Ordinal);
        return name.Replace("=2C", "", StringComparison.Ordinal)
            .Replace("=3D", "", StringComparison.Ordinal)
            .Contains('=', StringComparison.Ordinal)
            ? null
            : plain.Replace("=3D", "=", StringComparison.Ordinal);
    }

    private static bool TryText(ReadOnlySpan<byte> message, out string text)
    {
        bool isText = message.Length <= LongestMessage && Utf8.IsValid(message);
        text = isText ? Encoding.UTF8.GetString(message) : "";
        return isText;
    }
}
