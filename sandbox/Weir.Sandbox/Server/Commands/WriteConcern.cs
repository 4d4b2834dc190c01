using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>How many members a write waits for. The store is shared, so every running member has every write at once.</summary>
internal sealed record WriteConcern
{
    private const int MaxMembers = 50;

    public static WriteConcern Default { get; } = new();

    /// <summary>Members by number; null for <c>majority</c>.</summary>
    public int? Members { get; private init; } = 1;

    /// <summary>A named mode other than <c>majority</c>.</summary>
    public string? Mode { get; private init; }

    /// <summary>How long to wait; null for as long as it takes.</summary>
    public TimeSpan? Timeout { get; private init; }

    public static WriteConcern Parse(BsonDocument document)
    {
        var arguments = new Arguments(document, "WriteConcern");
        var concern = new WriteConcern { Timeout = arguments.Milliseconds("wtimeout") };
        foreach (var element in document)
        {
            switch (element.Name)
            {
                case "w" when element.Value.IsString:
                    var mode = element.Value.AsString;
                    concern = concern with { Members = null, Mode = mode == "majority" ? null : mode };
                    break;
                case "w":
                    concern = concern with { Members = ParseMembers(element.Value) };
                    break;
                case "j" or "fsync":
                    arguments.Flag(element.Name);
                    break;
                case "wtimeout" or "provenance":
                    break;
                default:
                    throw new CommandError(
                        40415,
                        $"BSON field 'WriteConcern.{element.Name}' is an unknown field."
                    );
            }
        }

        return concern;
    }

    /// <summary>Waits until it is satisfied; what it answers stands in the reply as writeConcernError.</summary>
    public async ValueTask<BsonDocument?> WaitAsync(Operation operation, ReplicaSet? set)
    {
        if (Mode is not null)
        {
            return Failure(
                79,
                "UnknownReplWriteConcern",
                $"No write concern mode named '{Mode}' found in replica set configuration"
            );
        }

        if (set is null)
        {
            return Members is > 1
                ? throw CommandError.BadValue("cannot use 'w' > 1 when a host is not replicated")
                : null;
        }

        var needed = Members ?? (set.Size / 2) + 1;
        if (needed > set.Size)
        {
            return Failure(100, "UnsatisfiableWriteConcern", "Not enough data-bearing nodes");
        }

        var deadline = operation.Elapsed + (Timeout ?? TimeSpan.MaxValue / 2);
        while (true)
        {
            var changed = set.Changed.Next;
            if (set.Running >= needed)
            {
                return null;
            }

            if (!await operation.WaitUntilAsync(changed, deadline))
            {
                var failure = Failure(64, "WriteConcernTimeout", "waiting for replication timed out");
                failure["errInfo"] = new BsonDocument { ["wtimeout"] = true };
                return failure;
            }
        }
    }

    private static BsonDocument Failure(int code, string name, string message) =>
        new()
        {
            ["code"] = code,
            ["codeName"] = name,
            ["errmsg"] = message,
        };

    private static int ParseMembers(BsonValue value)
    {
        if (!value.IsNumber)
        {
            throw new CommandError(9, "FailedToParse", "w has to be a number or a string");
        }

        var members = value.ToInt64();
        return members is >= 0 and <= MaxMembers
            ? (int)members
            : throw new CommandError(
                9,
                "FailedToParse",
                $"w has to be a non-negative number and not greater than {MaxMembers}"
            );
    }
}
