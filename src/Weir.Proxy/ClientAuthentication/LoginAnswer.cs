using Weir.Protocol.Bson;
using Weir.Proxy.Errors;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>What comes of one message of a login: a reply or an error, and who has logged in or failed to.</summary>
internal readonly record struct LoginAnswer(
    BsonDocument? Reply,
    WeirError? Error,
    User? User,
    LoginFailure? Failure
)
{
    public static LoginAnswer Go(BsonDocument reply) => new(reply, null, null, null);

    public static LoginAnswer Done(BsonDocument reply, User user) => new(reply, null, user, null);

    /// <summary>The client has not kept to the protocol; that says nothing of any password.</summary>
    public static LoginAnswer Wrong(ErrorCode code, string message) =>
        new(null, new WeirError(code, message), null, null);

    /// <summary>Always the same words, whatever was wrong.</summary>
    public static LoginAnswer Refused(LoginFailure failure) =>
        new(null, new WeirError(ErrorCode.AuthenticationFailed, "Authentication failed."), null, failure);
}
