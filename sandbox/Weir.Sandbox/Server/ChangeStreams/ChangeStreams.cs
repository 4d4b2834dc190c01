using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>Opens change streams.</summary>
internal static class ChangeStreams
{
    private static readonly FrozenSet<string> stages = FrozenSet.Create(
        "$match",
        "$project",
        "$addFields",
        "$set",
        "$unset",
        "$replaceRoot",
        "$replaceWith",
        "$redact"
    );

    public static Reply Open(CommandContext context, BsonArray pipeline, long? size)
    {
        if (context.Deployment.ReplicaSet is null)
        {
            throw new CommandError(40573, "The $changeStream stage is only supported on replica sets");
        }

        if (context.IsInTransaction)
        {
            throw new CommandError(
                263,
                "OperationNotSupportedInTransaction",
                "$changeStream cannot be used in a transaction"
            );
        }

        BsonArray rest = [.. pipeline.Skip(1)];
        foreach (var stage in rest)
        {
            if (!stages.Contains(stage.AsDocument[0].Name))
            {
                throw new CommandError(
                    20,
                    "IllegalOperation",
                    $"{stage.AsDocument[0].Name} is not permitted in a $changeStream pipeline"
                );
            }
        }

        var options = ChangeStreamOptions.Parse(context, pipeline[0].AsDocument[0].Value);
        var source = new ChangeStreamCursor(
            context.Deployment,
            options,
            AggregateCommand.Specification(context, rest)
        );
        var @namespace = context.Body[0].Value.IsString
            ? context.Namespace
            : $"{context.Database}.$cmd.aggregate";
        var cursor = new ServerCursor(source, @namespace)
        {
            Session = context.Session?.Id,
            User = context.Connection.Authentication.User,
            Origin = context.Body,
            IsTailable = true,
            AwaitsData = true,
        };
        return Batches.First(context, cursor, size);
    }
}
