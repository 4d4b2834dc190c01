using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Who a connection is. Belongs to the connection.</summary>
internal sealed class Authentication
{
    private const string Oidc = "MONGODB-OIDC";

    private readonly Dictionary<string, SandboxUser> users = [];
    private ScramExchange? exchange;
    private int lastConversation;

    public bool IsAuthenticated => users.Count > 0;

    public IEnumerable<SandboxUser> Users => users.Values;

    /// <summary>The user that sessions belong to; empty without authentication.</summary>
    public string User => users.Count == 0 ? "" : users.Values.First().ToString();

    public BsonDocument Start(UserTable table, string database, Arguments arguments)
    {
        exchange = null;
        var mechanism = arguments.RequiredString("mechanism");
        if (mechanism == Oidc && database == "$external")
        {
            return StartOidc(table, Payload(arguments));
        }

        if (mechanism is not (ScramExchange.Sha1 or ScramExchange.Sha256))
        {
            throw new CommandError(
                334,
                "MechanismUnavailable",
                $"Unsupported mechanism '{mechanism}' on authentication database '{database}'"
            );
        }

        var skipEmpty =
            arguments.Document("options")?.GetValueOrDefault("skipEmptyExchange").ToBoolean() == true;
        var started = new ScramExchange(table, database, mechanism, skipEmpty, ++lastConversation);
        var payload = started.First(Payload(arguments));
        exchange = started;
        return Answer(started, payload);
    }

    public BsonDocument Continue(Arguments arguments)
    {
        var current = exchange ?? throw new CommandError(17, "ProtocolError", "No SASL session state found");
        exchange = null;
        if (arguments.Int64("conversationId") != current.ConversationId)
        {
            throw new CommandError(17, "ProtocolError", "sasl: Mismatched conversation id");
        }

        var payload = current.Next(Payload(arguments));
        if (current.IsDone)
        {
            users[current.User!.Database] = current.User;
        }
        else
        {
            exchange = current;
        }

        return Answer(current, payload);
    }

    /// <summary>A saslStart inside hello; what goes wrong is left for the real one.</summary>
    public BsonDocument? TrySpeculate(UserTable table, BsonDocument command)
    {
        try
        {
            var arguments = new Arguments(command, "saslStart");
            return arguments.Has("saslStart")
                ? Start(table, arguments.String("db") ?? "admin", arguments)
                : null;
        }
        catch (CommandError)
        {
            return null;
        }
    }

    public void LogOut(string database) => users.Remove(database);

    /// <summary>MONGODB-OIDC in one step: the payload is a document with an access token.</summary>
    private BsonDocument StartOidc(UserTable table, byte[] payload)
    {
        var token = BsonDocument.Parse(payload).GetValueOrDefault("jwt");
        var user = token.IsString ? table.FindByToken(token.AsString) : null;
        users["$external"] =
            user ?? throw new CommandError(18, "AuthenticationFailed", "Authentication failed.");
        return new()
        {
            ["conversationId"] = ++lastConversation,
            ["done"] = true,
            ["payload"] = Array.Empty<byte>(),
        };
    }

    private static byte[] Payload(Arguments arguments)
    {
        var payload = arguments.Raw("payload");
        return payload.IsBinary
            ? payload.AsBinary.Bytes.ToArray()
            : throw CommandError.TypeMismatch(
                "BSON field 'payload' is the wrong type, expected type 'binData'"
            );
    }

    private static BsonDocument Answer(ScramExchange exchange, byte[] payload) =>
        new()
        {
            ["conversationId"] = exchange.ConversationId,
            ["done"] = exchange.IsDone,
            ["payload"] = payload,
        };
}
