using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>The server's side of one SCRAM conversation (RFC 5802, RFC 7677).</summary>
internal sealed class ScramExchange(
    UserTable users,
    string database,
    string mechanism,
    bool skipEmpty,
    int conversationId
)
{
    public const string Sha1 = "SCRAM-SHA-1";
    public const string Sha256 = "SCRAM-SHA-256";

    private ScramKeys? keys;
    private string clientFirstBare = "";
    private string serverFirst = "";
    private string nonce = "";
    private bool isProven;

    public int ConversationId { get; } = conversationId;

    public SandboxUser? User { get; private set; }

    public bool IsDone { get; private set; }

    /// <summary>The client's first message: who it is, and its nonce.</summary>
    public byte[] First(byte[] payload)
    {
        var message = Encoding.UTF8.GetString(payload);
        if (!message.StartsWith("n,,", StringComparison.Ordinal))
        {
            throw Malformed();
        }

        clientFirstBare = message["n,,".Length..];
        var attributes = Attributes(clientFirstBare);
        if (!attributes.TryGetValue('n', out var name) || !attributes.TryGetValue('r', out var clientNonce))
        {
            throw Malformed();
        }

        name = name.Replace("=2C", ",", StringComparison.Ordinal)
            .Replace("=3D", "=", StringComparison.Ordinal);
        User = users.Find(database, name) ?? throw Failed();
        keys = users.KeysOf(User, mechanism);
        nonce = clientNonce + Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        serverFirst = string.Create(
            CultureInfo.InvariantCulture,
            $"r={nonce},s={Convert.ToBase64String(keys.Salt)},i={keys.Iterations}"
        );
        return Encoding.UTF8.GetBytes(serverFirst);
    }

    /// <summary>The client's proof; then, unless it is skipped, an empty exchange that ends the conversation.</summary>
    public byte[] Next(byte[] payload)
    {
        if (isProven)
        {
            IsDone = payload.Length == 0 ? true : throw Malformed();
            return [];
        }

        var message = Encoding.UTF8.GetString(payload);
        var attributes = Attributes(message);
        var proofAt = message.LastIndexOf(",p=", StringComparison.Ordinal);
        if (
            proofAt < 0
            || !attributes.TryGetValue('r', out var sentNonce)
            || !attributes.TryGetValue('p', out var proof)
        )
        {
            throw Malformed();
        }

        var authMessage = Encoding.UTF8.GetBytes($"{clientFirstBare},{serverFirst},{message[..proofAt]}");
        if (sentNonce != nonce || !IsProof(authMessage, proof))
        {
            throw Failed();
        }

        isProven = true;
        IsDone = skipEmpty;
        var signature = keys!.Hmac(keys.ServerKey, authMessage);
        return Encoding.UTF8.GetBytes($"v={Convert.ToBase64String(signature)}");
    }

    private bool IsProof(byte[] authMessage, string proof)
    {
        var clientKey = new byte[keys!.StoredKey.Length];
        if (!Convert.TryFromBase64String(proof, clientKey, out var written) || written != clientKey.Length)
        {
            return false;
        }

        var signature = keys.Hmac(keys.StoredKey, authMessage);
        for (var i = 0; i < clientKey.Length; i++)
        {
            clientKey[i] ^= signature[i];
        }

        return CryptographicOperations.FixedTimeEquals(keys.HashData(clientKey), keys.StoredKey);
    }

    private static Dictionary<char, string> Attributes(string message)
    {
        var attributes = new Dictionary<char, string>();
        foreach (var part in message.Split(','))
        {
            if (part.Length >= 2 && part[1] == '=')
            {
                attributes.TryAdd(part[0], part[2..]);
            }
        }

        return attributes;
    }

    private static CommandError Failed() => new(18, "AuthenticationFailed", "Authentication failed.");

    private static CommandError Malformed() => new(17, "ProtocolError", "Malformed SCRAM message");
}
