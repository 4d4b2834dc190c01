using Weir.Protocol.Bson;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>Weir has refused a login.</summary>
internal sealed class LoginRefusedException(BsonDocument reply) : Exception(reply.ToString())
{
    public BsonDocument Reply { get; } = reply;

    public int Code => Reply["code"].ToInt32();
}
