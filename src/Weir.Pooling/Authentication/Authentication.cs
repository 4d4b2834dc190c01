using Weir.Protocol.Bson;

namespace Weir.Pooling.Authentication;

/// <summary>The authentication of one connection. Used once, by one caller at a time.</summary>
public abstract class Authentication
{
    private protected Authentication() { }

    /// <summary>
    /// "database.user" for the <c>saslSupportedMechs</c> of hello, when the mechanism is to be negotiated.
    /// </summary>
    public virtual string? NegotiateFor => null;

    /// <summary>
    /// The first command of the conversation, for the <c>speculativeAuthenticate</c> of hello; null where the
    /// mechanism has none.
    /// </summary>
    public virtual BsonDocument? Speculative => null;

    /// <summary>Puts <see cref="NegotiateFor"/> and <see cref="Speculative"/> into a hello.</summary>
    public void AddTo(BsonDocument hello)
    {
        ArgumentNullException.ThrowIfNull(hello);
        if (NegotiateFor is { } user)
        {
            hello["saslSupportedMechs"] = user;
        }
        if (Speculative is { } first)
        {
            hello["speculativeAuthenticate"] = first;
        }
    }

    /// <summary>
    /// Finishes the conversation that the hello may have begun. With null (re-authentication, or a hello
    /// without <see cref="AddTo"/>) the whole conversation is held here.
    /// </summary>
    /// <exception cref="AuthenticationFailedException">It cannot succeed, or the server is not to be trusted.</exception>
    public abstract ValueTask CompleteAsync(
        BsonDocument? helloReply,
        RunCommand run,
        CancellationToken cancellationToken
    );

    private protected static BsonDocument? SpeculativeReply(BsonDocument? helloReply) =>
        helloReply is not null
        && helloReply.TryGetValue("speculativeAuthenticate", out var reply)
        && reply.IsDocument
            ? reply.AsDocument
            : null;
}
