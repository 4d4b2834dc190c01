using System.Security.Cryptography;
using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>SCRAM-SHA-256 (RFC 7677): the engine has the keys and checks the proof.</summary>
internal sealed class ScramConversation(string user, string clientFirstBare, string serverFirst)
{
    public string User { get; } = user;

    public bool IsDone { get; private set; }

    public static async Task<BsonDocument> StartAsync(Command command)
    {
        if (command.Body.GetValueOrDefault("mechanism") is not { IsString: true, AsString: "SCRAM-SHA-256" })
        {
            throw new CommandError(334, "MechanismUnavailable", "only SCRAM-SHA-256 is available");
        }

        // "n,,n=USER,r=NONCE": no channel binding, no other identity.
        var first = Encoding.UTF8.GetString(command.Body["payload"].AsBinary.Bytes.Span)["n,,".Length..];
        var user = Attribute(first, "n")
            .Replace("=2C", ",", StringComparison.Ordinal)
            .Replace("=3D", "=", StringComparison.Ordinal);
        var keys = await command.CallAsync(
            "select documentdb_api_internal.scram_sha256_get_salt_and_iterations($1)::bytea",
            user
        );
        if (!keys.GetValueOrDefault("ok").ToBoolean())
        {
            throw Refusal();
        }

        var nonce = Attribute(first, "r") + Convert.ToBase64String(RandomNumberGenerator.GetBytes(18));
        var serverFirst = $"r={nonce},s={keys["salt"].AsString},i={keys["iterations"].ToInt32()}";
        command.Connection.Scram = new ScramConversation(user, first, serverFirst);
        return Reply(serverFirst, done: false);
    }

    public static async Task<BsonDocument> ContinueAsync(Command command)
    {
        if (command.Connection.Scram is not { } scram)
        {
            throw new CommandError(17, "ProtocolError", "no authentication is under way");
        }

        if (scram.IsDone)
        {
            return Reply("", done: true);
        }

        var final = Encoding.UTF8.GetString(command.Body["payload"].AsBinary.Bytes.Span);
        var proofAt = final.LastIndexOf(",p=", StringComparison.Ordinal);
        var answer = await command.CallAsync(
            "select documentdb_api_internal.authenticate_with_scram_sha256($1, $2, $3)::bytea",
            scram.User,
            $"{scram._clientFirstBare},{scram._serverFirst},{final[..proofAt]}",
            final[(proofAt + 3)..]
        );
        if (!answer["ok"].ToBoolean())
        {
            command.Connection.Scram = null;
            throw Refusal();
        }

        scram.IsDone = true;
        return Reply($"v={answer["ServerSignature"].AsString}", done: true);
    }

    private readonly string _clientFirstBare = clientFirstBare;
    private readonly string _serverFirst = serverFirst;

    private static CommandError Refusal() => new(18, "AuthenticationFailed", "Authentication failed.");

    private static string Attribute(string message, string name) =>
        message.Split(',').First(part => part.StartsWith($"{name}=", StringComparison.Ordinal))[2..];

    private static BsonDocument Reply(string payload, bool done) =>
        new()
        {
            ["conversationId"] = 1,
            ["done"] = done,
            ["payload"] = Encoding.UTF8.GetBytes(payload),
        };
}
