using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Connections;

/// <summary>How one established connection authenticates again, because its credential has expired (error 391).</summary>
/// <param name="authenticator">Who authenticates.</param>
/// <param name="before">What the connection was authenticated with.</param>
internal sealed class Reauthentication(Authenticator authenticator, Authentication.Authentication before)
{
    private const int Required = 391;

    private Authentication.Authentication _before = before;

    /// <summary>Whether an error asks for it.</summary>
    public static bool IsAskedForBy(CommandException failure) => failure.Code == Required;

    /// <summary>
    /// Holds the whole conversation again, without a hello. A connection that fails at it is of no more use.
    /// </summary>
    /// <exception cref="CommandException">The server refused the credential.</exception>
    /// <exception cref="ConnectionException">The connection broke.</exception>
    /// <exception cref="AuthenticationFailedException">It cannot succeed, or the server is not to be trusted.</exception>
    public async ValueTask RunAsync(ServerConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            var renewed = authenticator.Renew(_before);
            // Which mechanisms the user has does not change; the speculative answer was for the first conversation.
            var known = new BsonDocument();
            if (connection.Hello.SaslSupportedMechs is { } mechanisms)
            {
                known["saslSupportedMechs"] = new BsonArray(mechanisms.Select(static m => (BsonValue)m));
            }

            await renewed.CompleteAsync(known, connection.RunCommandAsync, cancellationToken);
            _before = renewed;
        }
        catch (Exception e)
        {
            var reason = $"re-authentication failed: {e.Message}";
            connection.Abort(new ConnectionException(connection.Address, connection.Stage, reason, e));
            throw;
        }
    }
}
