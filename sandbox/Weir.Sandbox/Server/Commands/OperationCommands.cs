using Weir.Protocol.Bson;
using Weir.Sandbox.Store;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>currentOp and killOp.</summary>
internal static class OperationCommands
{
    public static IEnumerable<CommandDefinition> All =>
        [
            new("currentOp", CommandTraits.AdminOnly | CommandTraits.AnyArguments, Current),
            new("killOp", CommandTraits.AdminOnly, Kill, "op"),
        ];

    /// <summary>The old form of $currentOp; further fields are a filter.</summary>
    private static Reply Current(CommandContext context)
    {
        var filter = new BsonDocument();
        foreach (var element in context.Body.Skip(1))
        {
            if (element.Name is not ("$all" or "$ownOps") && !GenericArguments.All.Contains(element.Name))
            {
                filter.Add(element);
            }
        }

        var all = context.Arguments.Flag("$all");
        var options = new BsonDocument { ["allUsers"] = !context.Arguments.Flag("$ownOps") };
        options["idleConnections"] = all;
        options["idleSessions"] = all;
        var match = new AggregateSpec { Pipeline = [new BsonDocument { ["$match"] = filter }] };
        var operations = context.Data.Aggregate(
            context.Database,
            CurrentOperations.List(context, options),
            match
        );
        return new BsonDocument
        {
            ["inprog"] = new BsonArray(operations.ToList().Select(operation => (BsonValue)operation)),
        };
    }

    /// <summary>It says ok whether or not the operation is there, as the server does.</summary>
    private static Reply Kill(CommandContext context)
    {
        var id = context.Arguments.Int64("op") ?? throw context.Arguments.Missing("op");
        foreach (var connection in context.Member.Connections.Snapshot())
        {
            if (connection.Current is { } operation && operation.Id == id)
            {
                operation.Interrupt(new CommandError(11601, "Interrupted", "operation was interrupted"));
            }
        }

        return new BsonDocument { ["info"] = "attempting to kill op" };
    }
}
