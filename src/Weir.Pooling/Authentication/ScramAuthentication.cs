using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>Carries a <see cref="ScramConversation"/> in saslStart and saslContinue.</summary>
internal sealed class ScramAuthentication : Authentication
{
    // The shorter conversation has two exchanges, the longer one an empty third.
    private const int MostEmptyExchanges = 1;

    private readonly ScramAuthenticator _authenticator;
    private ScramConversation _conversation;

    public ScramAuthentication(ScramAuthenticator authenticator)
    {
        _authenticator = authenticator;
        // Not negotiated yet: SCRAM-SHA-256 is the one to speculate on.
        _conversation = Converse(
            Credential.Mechanism == Mechanisms.ScramSha1 ? ScramMechanism.Sha1 : ScramMechanism.Sha256
        );
    }

    public override string? NegotiateFor =>
        Credential.Mechanism is null ? $"{Credential.Source}.{_authenticator.UserName}" : null;

    public override BsonDocument Speculative
    {
        get
        {
            var start = Start();
            start["db"] = Credential.Source;
            return start;
        }
    }

    private Credential Credential => _authenticator.Credential;

    public override async ValueTask CompleteAsync(
        BsonDocument? helloReply,
        RunCommand run,
        CancellationToken cancellationToken
    )
    {
        var reply = SpeculativeReply(helloReply);
        if (reply is null)
        {
            // A new conversation, with a new nonce, even where the mechanism stays.
            _conversation = Converse(Negotiate(helloReply));
            reply = await run(Credential.Source, Start(), cancellationToken);
        }
        var id = reply.GetValueOrDefault("conversationId");
        var challenge = _conversation.ReadServerFirst(Payload(reply));
        var keys = await _authenticator.KeysAsync(_conversation.Mechanism, challenge, cancellationToken);

        reply = await run(
            Credential.Source,
            Continue(id, _conversation.ClientFinal(keys)),
            cancellationToken
        );
        _conversation.VerifyServerFinal(Payload(reply));
        for (var empty = 0; !IsDone(reply); empty++)
        {
            if (empty == MostEmptyExchanges)
            {
                throw Failure("the server does not end the conversation");
            }
            reply = await run(Credential.Source, Continue(id, []), cancellationToken);
        }
    }

    private ScramConversation Converse(ScramMechanism mechanism) => new(mechanism, _authenticator.UserName);

    private ScramMechanism Negotiate(BsonDocument? helloReply)
    {
        if (Credential.Mechanism is not null)
        {
            return _conversation.Mechanism;
        }
        // SCRAM-SHA-1 also where the server says nothing, or offers neither.
        var offered = helloReply?.GetValueOrDefault("saslSupportedMechs") ?? default;
        return offered.IsArray && offered.AsArray.Any(m => m == Mechanisms.ScramSha256)
            ? ScramMechanism.Sha256
            : ScramMechanism.Sha1;
    }

    private BsonDocument Start() =>
        new()
        {
            ["saslStart"] = 1,
            ["mechanism"] = _conversation.Mechanism.Name,
            ["payload"] = _conversation.ClientFirst(),
            ["autoAuthorize"] = 1,
            ["options"] = new BsonDocument { ["skipEmptyExchange"] = true },
        };

    private static BsonDocument Continue(BsonValue id, byte[] payload) =>
        new()
        {
            ["saslContinue"] = 1,
            ["conversationId"] = id,
            ["payload"] = payload,
        };

    private ReadOnlySpan<byte> Payload(BsonDocument reply) =>
        reply.TryGetValue("payload", out var payload) && payload.IsBinary
            ? payload.AsBinary.Span
            : throw Failure("the server's reply has no payload");

    private static bool IsDone(BsonDocument reply) => reply.GetValueOrDefault("done").ToBoolean();

    private AuthenticationFailedException Failure(string what) =>
        new($"{_conversation.Mechanism.Name} for {Credential} was broken off: {what}.");
}
