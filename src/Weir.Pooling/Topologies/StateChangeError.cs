using Weir.Protocol.Bson;

namespace Weir.Pooling.Topologies;

/// <summary>
/// A reply that says that the server is not what it was taken for: "not writable primary" or "node is
/// recovering".
/// </summary>
/// <param name="Code">The error's code; <see langword="null"/> where the server gave none.</param>
/// <param name="Message">The error's message.</param>
/// <param name="IsShutdown">Whether the server is going down, so that its connections are worth nothing.</param>
/// <param name="TopologyVersion">How fresh the server's word is.</param>
public sealed record StateChangeError(
    int? Code,
    string Message,
    bool IsShutdown,
    TopologyVersion? TopologyVersion
)
{
    private const int InterruptedAtShutdown = 11600;
    private const int InterruptedDueToReplStateChange = 11602;
    private const int NotPrimaryOrSecondary = 13436;
    private const int PrimarySteppedDown = 189;
    private const int ShutdownInProgress = 91;
    private const int NotWritablePrimary = 10107;
    private const int NotPrimaryNoSecondaryOk = 13435;
    private const int LegacyNotPrimary = 10058;

    /// <summary>Whether the code alone makes an error one of these.</summary>
    public static bool IsStateChange(int code) =>
        code
            is InterruptedAtShutdown
                or InterruptedDueToReplStateChange
                or NotPrimaryOrSecondary
                or PrimarySteppedDown
                or ShutdownInProgress
                or NotWritablePrimary
                or NotPrimaryNoSecondaryOk
                or LegacyNotPrimary;

    /// <summary>
    /// The state change that a command's reply tells of, as its error or its write concern's; errors of single
    /// writes do not count. <see langword="null"/> for any other reply.
    /// </summary>
    public static StateChangeError? Of(BsonDocument reply)
    {
        ArgumentNullException.ThrowIfNull(reply);
        if (reply.GetValueOrDefault("ok") is not { IsNumber: true } ok || !ok.ToBoolean())
        {
            return Of(reply, reply);
        }
        return reply.GetValueOrDefault("writeConcernError") is { IsDocument: true } error
            ? Of(error.AsDocument, reply)
            : null;
    }

    private static StateChangeError? Of(BsonDocument error, BsonDocument reply)
    {
        int? code =
            error.GetValueOrDefault("code") is { IsNumber: true } number
            && number.ToInt64() is > 0 and < int.MaxValue
                ? number.ToInt32()
                : null;
        var message =
            error.GetValueOrDefault("errmsg") is { IsString: true } text ? text.AsString
            : error.GetValueOrDefault("$err") is { IsString: true } legacy ? legacy.AsString
            : "";
        if (!(code is { } known ? IsStateChange(known) : IsStateChange(message)))
        {
            return null;
        }
        return new StateChangeError(
            code,
            message,
            code is InterruptedAtShutdown or ShutdownInProgress,
            TopologyVersion.Of(reply)
        );
    }

    // Servers before codes were universal; the message counts only where there is no code.
    private static bool IsStateChange(string message) =>
        message.Contains("node is recovering", StringComparison.Ordinal)
        || message.Contains("not master", StringComparison.Ordinal);
}
