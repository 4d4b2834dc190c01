using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>MONGODB-X509: the subject of the connection's client certificate is the user.</summary>
internal sealed class X509Authenticator(Credential credential) : Authenticator(credential)
{
    public override Authentication Begin() => new Conversation(Credential.UserName);

    private sealed class Conversation(string? userName) : Authentication
    {
        public override BsonDocument Speculative => Command();

        public override async ValueTask CompleteAsync(
            BsonDocument? helloReply,
            RunCommand run,
            CancellationToken cancellationToken
        )
        {
            // One command is all there is: a speculative reply means that it has succeeded.
            if (SpeculativeReply(helloReply) is null)
            {
                await run(Mechanisms.External, Command(), cancellationToken);
            }
        }

        private BsonDocument Command()
        {
            var command = new BsonDocument { ["authenticate"] = 1, ["mechanism"] = Mechanisms.X509 };
            if (userName is not null)
            {
                command["user"] = userName;
            }
            return command;
        }
    }
}
