using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>replSetStepDown, replSetFreeze, replSetGetStatus, replSetGetConfig.</summary>
internal static class ReplicationCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new("replSetStepDown", CommandTraits.AdminOnly, StepDown, "secondaryCatchUpPeriodSecs", "force"),
            new("replSetFreeze", CommandTraits.AdminOnly, Freeze),
            new("replSetGetStatus", CommandTraits.AdminOnly, Status),
            new("replSetGetConfig", CommandTraits.AdminOnly, Config),
        ];

    private static Reply StepDown(CommandContext context)
    {
        // The data is everywhere at once, so there is nothing to catch up with and nothing to force.
        context.Arguments.Count("secondaryCatchUpPeriodSecs");
        context.Arguments.Flag("force");
        return Set(context).StepDown(context.Member)
            ? new BsonDocument()
            : throw new CommandError(10107, "NotWritablePrimary", "not primary so can't step down");
    }

    private static Reply Freeze(CommandContext context)
    {
        Set(context);
        return context.Arguments.Int64("replSetFreeze") is null or 0
            ? new BsonDocument { ["info"] = "unfreezing" }
            : throw CommandError.NotHere("'replSetFreeze' for longer than 0 seconds");
    }

    private static Reply Status(CommandContext context)
    {
        Set(context);
        var view = context.Deployment.ReplicaSet!.View;
        var members = new BsonArray();
        foreach (var member in context.Deployment.Members)
        {
            members.Add(Describe(context, member, view));
        }

        return new BsonDocument
        {
            ["set"] = view.Name,
            ["date"] = context.Deployment.Time.GetUtcNow().UtcDateTime,
            ["myState"] = view.Primary == context.Member.Index ? 1 : 2,
            ["term"] = (long)view.Term,
            ["members"] = members,
        };
    }

    private static BsonDocument Describe(CommandContext context, MemberServer member, ReplicaSetView view)
    {
        var isPrimary = view.Primary == member.Index;
        var document = new BsonDocument
        {
            ["_id"] = member.Index,
            ["name"] = member.Address,
            ["health"] = member.IsRunning ? 1.0 : 0.0,
            ["state"] =
                !member.IsRunning ? 8
                : isPrimary ? 1
                : 2,
            ["stateStr"] =
                !member.IsRunning ? "(not reachable/healthy)"
                : isPrimary ? "PRIMARY"
                : "SECONDARY",
        };
        if (member.Index == context.Member.Index)
        {
            document["self"] = true;
        }

        return document;
    }

    private static Reply Config(CommandContext context)
    {
        Set(context);
        var view = context.Deployment.ReplicaSet!.View;
        var members = new BsonArray();
        foreach (var member in context.Deployment.Members)
        {
            members.Add(
                new BsonDocument
                {
                    ["_id"] = member.Index,
                    ["host"] = member.Address,
                    ["arbiterOnly"] = false,
                    ["hidden"] = false,
                    ["priority"] = 1.0,
                    ["tags"] = new BsonDocument(
                        member.Tags.Select(tag => new BsonElement(tag.Key, tag.Value))
                    ),
                    ["votes"] = 1,
                }
            );
        }

        return new BsonDocument
        {
            ["config"] = new BsonDocument
            {
                ["_id"] = view.Name,
                ["version"] = view.SetVersion,
                ["term"] = view.Term,
                ["members"] = members,
            },
        };
    }

    private static ReplicaSet Set(CommandContext context) =>
        context.Deployment.ReplicaSet
        ?? throw new CommandError(76, "NoReplicationEnabled", "not running with --replSet");
}
