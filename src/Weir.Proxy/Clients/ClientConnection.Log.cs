using System.Net;
using Microsoft.Extensions.Logging;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Clients;

internal sealed partial class ClientConnection
{
    [LoggerMessage(1, LogLevel.Debug, "Client {Client} connected from {RemoteEndPoint}")]
    private static partial void LogConnected(ILogger logger, long client, EndPoint? remoteEndPoint);

    [LoggerMessage(2, LogLevel.Debug, "Client {Client} disconnected")]
    private static partial void LogDisconnected(ILogger logger, long client);

    [LoggerMessage(3, LogLevel.Warning, "Client {Client} ({RemoteEndPoint}) was closed: {Reason}")]
    private static partial void LogBroken(
        ILogger logger,
        long client,
        EndPoint? remoteEndPoint,
        string reason
    );

    [LoggerMessage(4, LogLevel.Debug, "Client {Client} was answered with error {Code}: {Message}")]
    private static partial void LogError(ILogger logger, long client, int code, string message);

    [LoggerMessage(
        5,
        LogLevel.Warning,
        "Client {Client} was closed in the middle of a reply of {Length} bytes that was being passed on from {Server}: one side was lost or stalled, or the reply was broken"
    )]
    private static partial void LogStreamBroken(
        ILogger logger,
        long client,
        ServerAddress server,
        int length
    );

    [LoggerMessage(6, LogLevel.Error, "Client {Client} was closed by a failure in Weir; please report it")]
    private static partial void LogFailed(ILogger logger, long client, Exception e);

    [LoggerMessage(7, LogLevel.Debug, "Client {Client} logged in as {User}")]
    private static partial void LogLoggedIn(ILogger logger, long client, Identity user);

    [LoggerMessage(
        8,
        LogLevel.Warning,
        "Login of \"{User}\" in database {Database} by {Mechanism} failed, from {RemoteEndPoint} (client {Client}): {Reason}"
    )]
    private static partial void LogLoginFailed(
        ILogger logger,
        string user,
        string database,
        string mechanism,
        EndPoint? remoteEndPoint,
        long client,
        string reason
    );
}
