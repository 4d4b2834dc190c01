using System.Text;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>PLAIN (RFC 4616): the password goes to the server as it is, so the connection must use TLS.</summary>
internal sealed class PlainAuthenticator : Authenticator
{
    private readonly byte[] _payload;

    public PlainAuthenticator(Credential credential)
        : base(credential)
    {
        var name = Required(credential.UserName, "user name", credential);
        var password = Required(credential.Password, "password", credential);
        _payload = Encoding.UTF8.GetBytes($"\0{name}\0{password}");
    }

    public override Authentication Begin() => new Conversation(this);

    private sealed class Conversation(PlainAuthenticator authenticator) : Authentication
    {
        public override async ValueTask CompleteAsync(
            BsonDocument? helloReply,
            RunCommand run,
            CancellationToken cancellationToken
        )
        {
            var command = new BsonDocument
            {
                ["saslStart"] = 1,
                ["mechanism"] = Mechanisms.Plain,
                ["payload"] = authenticator._payload,
                ["autoAuthorize"] = 1,
            };
            var reply = await run(authenticator.Credential.Source, command, cancellationToken);
            if (!reply.GetValueOrDefault("done").ToBoolean())
            {
                throw new AuthenticationFailedException(
                    $"PLAIN for {authenticator.Credential} was broken off: the server does not end the conversation."
                );
            }
        }
    }
}
