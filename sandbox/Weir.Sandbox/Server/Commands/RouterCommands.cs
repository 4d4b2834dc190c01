using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What only a router of a sharded cluster knows.</summary>
internal static class RouterCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new(
                "checkMetadataConsistency",
                CommandTraits.Reads,
                CheckMetadataConsistency,
                "cursor",
                "checkIndexes"
            ),
        ];

    /// <summary>Routers here share one store, so nothing can be found inconsistent.</summary>
    private static Reply CheckMetadataConsistency(CommandContext context)
    {
        if (!context.Deployment.Options.IsRouter)
        {
            throw new CommandError(59, "CommandNotFound", "no such command: 'checkMetadataConsistency'");
        }

        var size = Batches.SizeOf(context.Arguments.Document("cursor"));
        var @namespace = $"{context.Database}.$cmd.aggregate";
        return Batches.First(context, Batches.Open(context, new ListCursor([]), @namespace), size);
    }
}
