using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Authentication;

/// <summary>A server that authenticates one user by SCRAM and remembers what it was asked.</summary>
internal sealed class ScramServer(ScramMechanism mechanism, string userName, string password)
{
    private static readonly byte[] Salt = Convert.FromBase64String("W22ZaJ0SNY7soEsUEjb6gQ==");
    private string _clientFirstBare = "";
    private string _serverFirst = "";
    private string _nonce = "";

    public int Iterations { get; init; } = 4096;

    /// <summary>Ends with an empty exchange, as servers before 4.4 do.</summary>
    public bool LongConversation { get; init; }

    public bool NeverDone { get; init; }

    /// <summary>Answers whatever proof it is given: it stands for somebody in the middle.</summary>
    public bool IsFalse { get; init; }

    public List<(string Database, BsonDocument Command)> Asked { get; } = [];

    public IEnumerable<string> Names => Asked.Select(a => a.Command[0].Name);

    public ValueTask<BsonDocument> RunAsync(string database, BsonDocument command, CancellationToken ct)
    {
        Asked.Add((database, command));
        var reply = command[0].Name == "saslStart" ? Start(command) : Continue(command);
        return new ValueTask<BsonDocument>(reply);
    }

    public BsonDocument Start(BsonDocument command)
    {
        Assert.Equal(mechanism.Name, command["mechanism"].AsString);
        Assert.True(command["options"].AsDocument["skipEmptyExchange"].AsBoolean);
        var first = Text(command);
        Assert.StartsWith("n,,n=", first, StringComparison.Ordinal);
        _clientFirstBare = first[3..];
        _nonce = first[(first.IndexOf(",r=", StringComparison.Ordinal) + 3)..] + "server";
        _serverFirst = $"r={_nonce},s={Convert.ToBase64String(Salt)},i={Iterations}";
        return Reply(_serverFirst, done: false);
    }

    private BsonDocument Continue(BsonDocument command)
    {
        Assert.Equal(7, command["conversationId"].AsInt32);
        var message = Text(command);
        if (message.Length == 0)
        {
            return Reply("", done: !NeverDone);
        }
        var withoutProof = $"c=biws,r={_nonce}";
        Assert.StartsWith(withoutProof + ",p=", message, StringComparison.Ordinal);
        var prepared = mechanism.PreparePassword(userName, password);
        var keys = ScramKeys.Derive(mechanism, prepared, Salt, Iterations);
        var signed = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        var proof = Convert.FromBase64String(message[(withoutProof.Length + 3)..]);
        var signature = mechanism.Hmac(keys.StoredKey, signed);
        var clientKey = proof.Zip(signature, (a, b) => (byte)(a ^ b)).ToArray();
        var known = CryptographicOperations.FixedTimeEquals(mechanism.Hash(clientKey), keys.StoredKey);
        if (!known && !IsFalse)
        {
            throw new UnauthorizedAccessException("error 18");
        }
        var serverSignature = Convert.ToBase64String(mechanism.Hmac(keys.ServerKey, signed));
        return Reply($"v={serverSignature}", done: !LongConversation && !NeverDone);
    }

    private static BsonDocument Reply(string payload, bool done) =>
        new()
        {
            ["conversationId"] = 7,
            ["done"] = done,
            ["payload"] = Encoding.UTF8.GetBytes(payload),
            ["ok"] = 1.0,
        };

    private static string Text(BsonDocument command) =>
        Encoding.UTF8.GetString(command["payload"].AsBinary.Span);
}
