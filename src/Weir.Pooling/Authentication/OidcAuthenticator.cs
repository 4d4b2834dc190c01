using Weir.Pooling.Connections;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>
/// MONGODB-OIDC between machines: one command carries an access token, which an environment keeps in a file. A token
/// that a server refuses is read anew, once.
/// </summary>
internal sealed class OidcAuthenticator : Authenticator
{
    private const int AuthenticationFailed = 18;

    private readonly OidcTokens _tokens;

    public OidcAuthenticator(Credential credential, TimeProvider time)
        : base(credential)
    {
        var environment = Required(
            credential.Properties.GetValueOrDefault("ENVIRONMENT"),
            "readable ENVIRONMENT among its authMechanismProperties",
            credential
        );
        if (!OidcTokenFile.IsKnown(environment))
        {
            throw new NotSupportedException(
                $"Weir cannot get tokens from ENVIRONMENT:{environment}; it reads them from files, with ENVIRONMENT:k8s."
            );
        }

        _tokens = new OidcTokens(
            () => OidcTokenFile.ReadAsync(environment, Environment.GetEnvironmentVariable),
            time
        );
    }

    public override Authentication Begin() => new Conversation(_tokens);

    public override Authentication Renew(Authentication before)
    {
        if (before is Conversation { Token: { } expired })
        {
            _tokens.Invalidate(expired);
        }

        return Begin();
    }

    private sealed class Conversation(OidcTokens tokens) : Authentication
    {
        /// <summary>What the connection authenticated with, or is about to.</summary>
        public string? Token { get; private set; } = tokens.Current;

        public override BsonDocument? Speculative
        {
            get
            {
                if (Token is null)
                {
                    return null;
                }

                var start = Start(Token);
                start["db"] = Mechanisms.External;
                return start;
            }
        }

        public override async ValueTask CompleteAsync(
            BsonDocument? helloReply,
            RunCommand run,
            CancellationToken cancellationToken
        )
        {
            if (SpeculativeReply(helloReply)?.GetValueOrDefault("done").ToBoolean() == true)
            {
                return;
            }

            (Token, var wasKnown) = await tokens.GetAsync(cancellationToken);
            try
            {
                await run(Mechanisms.External, Start(Token), cancellationToken);
                return;
            }
            catch (CommandException e) when (wasKnown && e.Code == AuthenticationFailed)
            {
                tokens.Invalidate(Token);
            }

            (Token, _) = await tokens.GetAsync(cancellationToken);
            await run(Mechanisms.External, Start(Token), cancellationToken);
        }

        private static BsonDocument Start(string token) =>
            new()
            {
                ["saslStart"] = 1,
                ["mechanism"] = Mechanisms.Oidc,
                ["payload"] = new BsonDocument("jwt", token).ToBytes(),
            };
    }
}
