using System.Collections.Frozen;
using Weir.Protocol.Bson;

namespace Weir.Sandbox.Server;

/// <summary>Which labels an error gets from the server.</summary>
internal static class ErrorLabels
{
    public const string Transient = "TransientTransactionError";
    public const string RetryableWrite = "RetryableWriteError";

    private static readonly FrozenSet<int> retryable = FrozenSet.Create(
        6,
        7,
        89,
        91,
        134,
        189,
        262,
        9001,
        10107,
        11600,
        11602,
        13435,
        13436
    );

    private static readonly FrozenSet<int> notPrimaryOrShutdown = FrozenSet.Create(
        91,
        189,
        10107,
        11600,
        11602,
        13435,
        13436
    );

    private static readonly FrozenSet<int> transient = FrozenSet.Create(
        24,
        112,
        239,
        246,
        250,
        251,
        267,
        272
    );

    /// <summary>The labels of a failed command, or of a write concern error.</summary>
    public static BsonArray For(CommandContext context, int code, bool isWriteConcernError)
    {
        var labels = new BsonArray();
        var ends = context.Definition.Has(CommandTraits.EndsTransaction);
        if (context.IsInTransaction && !isWriteConcernError && IsTransient(code, context.Definition.Name))
        {
            labels.Add(Transient);
        }

        if ((context.IsRetryableWrite || (ends && context.IsInTransaction)) && retryable.Contains(code))
        {
            labels.Add(RetryableWrite);
        }

        return labels;
    }

    /// <summary>
    /// Errors that a change of the topology goes with. A server that shuts down has changed nothing before it is in
    /// quiesce mode, which the sandbox has not.
    /// </summary>
    public static bool CarriesTopologyVersion(int code) =>
        notPrimaryOrShutdown.Contains(code) && code is not (91 or 11600);

    private static bool IsTransient(int code, string command) =>
        command == "commitTransaction"
            ? transient.Contains(code)
            : transient.Contains(code) || notPrimaryOrShutdown.Contains(code);
}
