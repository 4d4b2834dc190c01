using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Changes;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Server;

/// <summary>Turns entries of the change log into a change stream's events.</summary>
internal static class ChangeEvents
{
    /// <summary>The event, or null when the stream does not watch this.</summary>
    public static BsonDocument? Describe(
        ChangeEntry entry,
        ChangeStreamOptions options,
        DeploymentState deployment
    )
    {
        var change = entry.Change;
        if (!Watches(options, change) || TypeOf(change.Kind) is not { } type)
        {
            return null;
        }

        var time = BsonTimestamp.FromValue((ulong)entry.Time);
        var described = Start(new ResumeToken(entry.Time, IsInvalidate: false), type, time, deployment.Time);
        if (change.Transaction?.Tag is TransactionTag tag)
        {
            described["txnNumber"] = tag.Number;
            described["lsid"] = tag.Session.ToDocument();
        }

        var ns = new BsonDocument { ["db"] = change.Database };
        if (change.Collection.Length > 0)
        {
            ns["coll"] = change.Collection;
        }

        described["ns"] = ns;
        if (change.RenamedTo is { } target)
        {
            var dot = target.IndexOf('.', StringComparison.Ordinal);
            described["to"] = new BsonDocument { ["db"] = target[..dot], ["coll"] = target[(dot + 1)..] };
        }

        AddDocuments(described, change, options, deployment);
        return described;
    }

    public static BsonDocument Invalidate(ResumeToken token, BsonTimestamp clusterTime, TimeProvider time) =>
        Start(token, "invalidate", clusterTime, time);

    /// <summary>After this change there is nothing left to watch.</summary>
    public static bool Invalidates(StoreChange change, ChangeStreamOptions options) =>
        change.Kind switch
        {
            StoreChangeKind.Drop or StoreChangeKind.Rename => options.Collection is not null,
            StoreChangeKind.DropDatabase => options.Database is not null,
            _ => false,
        };

    private static BsonDocument Start(
        ResumeToken token,
        string type,
        BsonTimestamp clusterTime,
        TimeProvider time
    ) =>
        new()
        {
            ["_id"] = token.ToDocument(),
            ["operationType"] = type,
            ["clusterTime"] = clusterTime,
            ["wallTime"] = time.GetUtcNow().UtcDateTime,
        };

    private static bool Watches(ChangeStreamOptions options, StoreChange change)
    {
        if (options.Database is null)
        {
            return change.Database is not ("admin" or "config" or "local");
        }

        if (change.Database != options.Database)
        {
            return false;
        }

        return options.Collection is null
            || change.Collection == options.Collection
            || change.RenamedTo == $"{options.Database}.{options.Collection}";
    }

    private static void AddDocuments(
        BsonDocument described,
        StoreChange change,
        ChangeStreamOptions options,
        DeploymentState deployment
    )
    {
        if (change.DocumentKey is not { } key)
        {
            return;
        }

        described["documentKey"] = key;
        switch (change.Kind)
        {
            case StoreChangeKind.Insert or StoreChangeKind.Replace:
                described["fullDocument"] = change.FullDocument;
                break;
            case StoreChangeKind.Update:
                described["updateDescription"] = change.UpdateDescription;
                if (options.FullDocument == "updateLookup")
                {
                    var find = new FindSpec { Filter = key, Limit = 1 };
                    var cursor = deployment.Store.Session.Find(change.Database, change.Collection, find);
                    described["fullDocument"] = cursor.TryNext(out var current) ? current : null;
                }

                break;
            default:
                break;
        }

        if (options.FullDocumentBeforeChange != "off" && change.Kind != StoreChangeKind.Insert)
        {
            described["fullDocumentBeforeChange"] = change.FullDocumentBeforeChange;
        }
    }

    private static string? TypeOf(StoreChangeKind kind) =>
        kind switch
        {
            StoreChangeKind.Insert => "insert",
            StoreChangeKind.Update => "update",
            StoreChangeKind.Replace => "replace",
            StoreChangeKind.Delete => "delete",
            StoreChangeKind.Drop => "drop",
            StoreChangeKind.Rename => "rename",
            StoreChangeKind.DropDatabase => "dropDatabase",
            _ => null,
        };
}
