using Weir.Protocol.Bson;
using Weir.Sandbox.Store.Requests;

namespace Weir.Sandbox.Store.Operations;

/// <summary>One round of what a server's TTL monitor does.</summary>
internal sealed class ExpirySweep(DocumentStore store)
{
    /// <summary>How many documents went.</summary>
    public int Run()
    {
        var now = store.Time.GetUtcNow().ToUnixTimeMilliseconds();
        long removed = 0;
        foreach (var (database, collection, field, seconds) in Rules())
        {
            var oldest = BsonValue.FromMillisecondsSinceEpoch(now - (long)(seconds * 1000));
            var statement = new DeleteStatement
            {
                Filter = new BsonDocument(field, new BsonDocument("$lte", oldest)),
            };

            // What an open transaction holds is left to the next round: its error is not ours to report.
            removed += store.Session.Delete(database, collection, [statement]).Deleted;
        }

        return (int)removed;
    }

    private List<(string Database, string Collection, string Field, double Seconds)> Rules()
    {
        var rules = new List<(string, string, string, double)>();
        lock (store.Gate)
        {
            foreach (var database in store.Databases_NeedsGate.Values)
            {
                foreach (var collection in database.Collections)
                {
                    foreach (var index in collection.Indexes)
                    {
                        if (index.Definition.ExpireAfterSeconds is { } seconds)
                        {
                            rules.Add(
                                (database.Name, collection.Name, index.Definition.Key[0].Name, seconds)
                            );
                        }
                    }
                }
            }
        }

        return rules;
    }
}
