using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>configureFailPoint for failCommand.</summary>
internal static class FailPointCommand
{
    public static IEnumerable<CommandDefinition> All =>
        [new("configureFailPoint", CommandTraits.AdminOnly, Configure, "mode", "data")];

    private static Reply Configure(CommandContext context)
    {
        var name = context.Arguments.RequiredString("configureFailPoint");
        if (name != "failCommand")
        {
            throw new CommandError(266, "FailPointSetFailed", $"failpoint not found: {name}");
        }

        var hits = context.Member.FailPoints.Configure(FailPoint.Parse(context.Body));
        return new BsonDocument { ["count"] = hits };
    }
}
