using System.Text;
using Weir.Pooling;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Pools;
using Weir.Proxy.Commands;
using Weir.Proxy.Cursors;

namespace Weir.Proxy.Errors;

/// <summary>Everything that can go wrong between a request and a server, as the error that its client gets.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>No server: FailedToSatisfyReadPreference (133), as mongos says it.</item>
/// <item>No connection in time: PooledConnectionAcquisitionExceededTimeLimit (373), as mongos says it. No label:
/// the client has waited already, and would only queue again.</item>
/// <item>The wait queue is full: IngressRequestRateLimitExceeded (462) with the labels on which current drivers back
/// off and try again.</item>
/// <item>The server was lost: HostUnreachable (6) with the labels that a network error would have got in the driver,
/// so that it retries the operation and leaves its connections to Weir alone. NetworkTimeout (89) where it was
/// <c>socketTimeoutMS</c> that gave it up.</item>
/// </list>
/// </remarks>
internal static class Failures
{
    /// <summary>Nobody is told of it; it is what became of the exchange.</summary>
    public static readonly WeirError ClientGone = new(
        ErrorCode.ClientDisconnect,
        "the client has gone, or was closed, before it was answered"
    );

    public static WeirError NoServer(Exception e, in CommandView command) =>
        new(ErrorCode.FailedToSatisfyReadPreference, e.Message, RetryLabels.ForNothingSent(command));

    public static WeirError InvalidReadPreference(Exception e) => new(ErrorCode.FailedToParse, e.Message);

    public static WeirError NoConnection(in CheckOutResult result, in CommandView command)
    {
        Exception e = result.ToException();
        return result.Outcome switch
        {
            CheckOutOutcome.TimedOut => new(
                ErrorCode.PooledConnectionAcquisitionExceededTimeLimit,
                e.Message,
                RetryLabels.ForNothingSent(command)
            ),
            CheckOutOutcome.QueueFull => Overloaded(e.Message),
            CheckOutOutcome.PoolClosed or CheckOutOutcome.Canceled => ShuttingDown(),
            // Nothing was sent: what a driver says of a pool that was cleared, or a handshake that failed.
            _ => new(ErrorCode.HostUnreachable, e.Message, RetryLabels.ForLostServer(command)),
        };
    }

    public static WeirError Overloaded(string message) =>
        new(ErrorCode.IngressRequestRateLimitExceeded, message, RetryLabels.Overload);

    /// <summary>The byte budget is used up.</summary>
    public static WeirError NoRoom(long capacity) =>
        Overloaded($"the {capacity} bytes for requests and replies in progress are taken");

    public static WeirError Paused(string upstream) =>
        Overloaded($"the upstream \"{upstream}\" is paused, and was not resumed in time");

    public static WeirError Lost(Exception error, bool sent, in CommandView command) =>
        new(
            error is ConnectionException { IsTimeout: true }
                ? ErrorCode.NetworkTimeout
                : ErrorCode.HostUnreachable,
            sent ? $"{error.Message}; whether the command was carried out is not known" : error.Message,
            RetryLabels.ForLostServer(command)
        );

    public static WeirError CursorNotFound(long id) =>
        new(
            ErrorCode.CursorNotFound,
            $"cursor id {id} not found: it was exhausted, killed, or timed out; run the query again"
        );

    public static WeirError CursorTableFull(CursorTable table) =>
        Overloaded(
            $"{table.Count} cursors are open, which is the limit; close cursors or read them to their end"
        );

    public static WeirError TransactionTableFull(int count) =>
        Overloaded($"{count} transactions are open, which is the limit");

    public static WeirError TimeExpired(in CommandView command, TimeSpan waited) =>
        new(
            ErrorCode.MaxTimeMSExpired,
            $"operation exceeded its time limit of {command.MaxTimeMS} ms: it waited {waited.TotalMilliseconds:0} ms "
                + "for a server connection and was not sent"
        );

    public static WeirError NoAuthentication() =>
        new(
            ErrorCode.AuthenticationFailed,
            "this listener does not authenticate clients; take user name, password and authMechanism out of "
                + "the client's connection string (Weir logs in to the servers with its own)"
        );

    /// <param name="command">The command's name, as the client wrote it.</param>
    public static WeirError NotLoggedIn(ReadOnlySpan<byte> command) =>
        new(
            ErrorCode.Unauthorized,
            $"Command {Encoding.UTF8.GetString(command[..Math.Min(command.Length, 64)])} requires authentication"
        );

    public static WeirError AnothersTransaction() =>
        new(ErrorCode.NoSuchTransaction, "the session has no such transaction of this user");

    public static WeirError TooManyLogins() =>
        Overloaded("too many failed logins from this address wait for their answer; try again later");

    public static WeirError ShuttingDown() =>
        new(ErrorCode.ShutdownInProgress, "it is shutting down; connect again");
}
