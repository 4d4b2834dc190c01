using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>Adds to a command what session, transaction, read preference, cluster time and stable API add.</summary>
internal static class CommandComposer
{
    public static BsonDocument Compose(
        CommandRequest request,
        CommandSession? session,
        bool startsTransaction,
        long? transactionNumber,
        BsonDocument? readPreference,
        BsonDocument? clusterTime,
        BsonDocument? serverApi
    )
    {
        var command = request.Command.Clone();
        if (session is not null)
        {
            command["lsid"] = session.Id;
            if (IsPartOfTransaction(session, request))
            {
                AddTransaction(command, session, startsTransaction);
            }
            else if (transactionNumber is { } number)
            {
                command["txnNumber"] = number;
            }
        }
        if (clusterTime is not null && !command.Contains("$clusterTime"))
        {
            command["$clusterTime"] = clusterTime;
        }
        if (readPreference is not null)
        {
            command["$readPreference"] = readPreference;
        }
        foreach (var element in serverApi ?? [])
        {
            command[element.Name] = element.Value;
        }
        command["$db"] = request.Database;
        return command;
    }

    /// <summary>What stands in the command; nothing where the server takes it amiss or assumes it anyway.</summary>
    /// <remarks>The server selection specification, "Passing read preference to mongos and load balancers" and on.</remarks>
    public static BsonDocument? ReadPreferenceFor(
        ReadPreference? preference,
        bool isWrite,
        TopologyType topology,
        ServerType server
    )
    {
        if (isWrite || server == ServerType.Standalone)
        {
            return null;
        }
        var isPrimary = preference is null or { Mode: ReadPreferenceMode.Primary };
        if (topology == TopologyType.Single && server is not (ServerType.Mongos or ServerType.LoadBalancer))
        {
            // Asked directly, a member answers whatever it is.
            return (isPrimary ? ReadPreference.PrimaryPreferred : preference!).ToBson();
        }
        return isPrimary ? null : preference!.ToBson();
    }

    public static bool EndsTransaction(CommandRequest request) =>
        request.Name is "commitTransaction" or "abortTransaction";

    public static bool IsPartOfTransaction(CommandSession session, CommandRequest request) =>
        session.IsInTransaction || EndsTransaction(request);

    private static void AddTransaction(BsonDocument command, CommandSession session, bool starts)
    {
        command["txnNumber"] = session.TransactionNumber;
        if (starts)
        {
            command["startTransaction"] = true;
            if (session.TransactionOptions.ReadConcern is { Count: > 0 } readConcern)
            {
                command["readConcern"] = readConcern;
            }
        }
        command["autocommit"] = false;
    }
}
