using Weir.Protocol.Bson;
using Weir.Proxy.Commands;

namespace Weir.Proxy.Errors;

/// <summary>
/// Errors by which a server says that it is no longer, or not yet, what its clients take it for: "not primary" and
/// "node is recovering".
/// </summary>
/// <remarks>
/// A driver that reads one of these marks the server it talks to (Weir) as unknown and clears its connections to
/// it. That is wrong here: the server behind changed, and Weir goes on. So they are handed on as HostUnreachable
/// (6), the code under which mongos passes such errors of its shards to its clients. Drivers take 6 for a
/// retryable error (retryable reads lists it, writes go by the label that the server gave or that
/// <see cref="RetryLabels.ForLostServer"/> adds) but not for a state change: they retry the operation and keep
/// their connections. The message is changed too, since old drivers look for these words in it.
/// </remarks>
internal static class StateChangeErrors
{
    /// <summary>Whether <paramref name="code"/> is one of these errors.</summary>
    public static bool Contains(int code) => IsNotPrimary(code) || IsRecovering(code);

    public static bool IsNotPrimary(int code) =>
        code
            is 10107 // NotWritablePrimary
                or 13435 // NotPrimaryNoSecondaryOk
                or 10058; // LegacyNotPrimary

    public static bool IsRecovering(int code) =>
        code
            is 11600 // InterruptedAtShutdown
                or 11602 // InterruptedDueToReplStateChange
                or 13436 // NotPrimaryOrSecondary
                or 189 // PrimarySteppedDown
                or 91; // ShutdownInProgress

    /// <summary>The reply in the form in which it is handed on; <paramref name="reply"/> itself is not changed.</summary>
    public static BsonDocument HandOn(BsonDocument reply, string server, in CommandView command)
    {
        BsonDocument changed = reply.Clone();
        if (changed.Contains("code"))
        {
            Rewrite(changed, server);
            AddLabels(changed, RetryLabels.ForLostServer(command));
        }
        if (
            changed.GetValueOrDefault("writeConcernError") is { IsDocument: true } concern
            && concern.AsDocument.GetValueOrDefault("code") is { IsNumber: true } code
            && Contains(code.ToInt32())
        )
        {
            BsonDocument error = concern.AsDocument.Clone();
            Rewrite(error, server);
            changed["writeConcernError"] = error;
        }
        // It tells the history of the server behind, which is not Weir's.
        changed.Remove("topologyVersion");
        return changed;
    }

    private static void Rewrite(BsonDocument error, string server)
    {
        int original = error["code"].ToInt32();
        string message = error.GetValueOrDefault("errmsg") is { IsString: true } text ? text.AsString : "";
        error["code"] = (int)ErrorCode.HostUnreachable;
        error["codeName"] = nameof(ErrorCode.HostUnreachable);
        error["errmsg"] = $"weir: {server} answered with error {original}: {Disguise(message)}";
    }

    private static string Disguise(string message) =>
        message
            .Replace("not master", "(NOT_PRIMARY)", StringComparison.OrdinalIgnoreCase)
            .Replace("node is recovering", "(NODE_IS_RECOVERING)", StringComparison.OrdinalIgnoreCase);

    private static void AddLabels(BsonDocument reply, IReadOnlyList<string> labels)
    {
        if (labels.Count == 0)
            return;
        BsonArray all = reply.GetValueOrDefault("errorLabels") is { IsArray: true } there
            ? there.AsArray.Clone()
            : [];
        foreach (string label in labels)
        {
            if (!all.Contains(label))
                all.Add(label);
        }
        reply["errorLabels"] = all;
    }
}
