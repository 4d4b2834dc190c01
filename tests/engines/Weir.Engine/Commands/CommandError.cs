using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>A command fails: the code, its name and, for drivers, the labels.</summary>
internal sealed class CommandError(int code, string codeName, string message) : Exception(message)
{
    public const int WriteConflictCode = 112;

    private static readonly string[] transient = ["TransientTransactionError"];

    public int Code { get; } = code;

    public IReadOnlyList<string> Labels { get; init; } = [];

    public static CommandError NoSuchTransaction(long number) =>
        new(251, "NoSuchTransaction", $"Transaction with {{ txnNumber: {number} }} has been aborted.")
        {
            Labels = transient,
        };

    /// <summary>Within a transaction.</summary>
    public static CommandError WriteConflict(string message) =>
        new(WriteConflictCode, "WriteConflict", message) { Labels = transient };

    public BsonDocument ToReply()
    {
        var reply = new BsonDocument
        {
            ["ok"] = 0.0,
            ["errmsg"] = Message,
            ["code"] = Code,
            ["codeName"] = codeName,
        };
        if (Labels.Count > 0)
        {
            reply["errorLabels"] = new BsonArray(Labels.Select(label => (BsonValue)label));
        }

        return reply;
    }
}
