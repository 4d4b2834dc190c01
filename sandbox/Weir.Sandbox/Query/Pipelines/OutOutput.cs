using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Pipelines;

/// <summary>$out: the results become the collection, by one rename, with the indexes it had.</summary>
internal sealed class OutOutput(string? database, string collection) : PipelineOutput(database, collection)
{
    public static OutOutput Parse(BsonValue operand)
    {
        var (database, collection) = Target("$out", operand);
        return new OutOutput(database, collection);
    }

    protected override void WriteTo(StoreSession session, string into, IEnumerable<BsonDocument> results)
    {
        var staging = $"tmp.agg_out.{Guid.NewGuid():N}";
        session.CreateCollection(into, staging);
        try
        {
            if (session.CollectionExists(into, Collection))
            {
                var indexes = session
                    .ListIndexes(into, Collection)
                    .FindAll(static index => index["name"] != "_id_");
                if (indexes.Count > 0)
                {
                    session.CreateIndexes(into, staging, indexes);
                }
            }

            foreach (var batch in results.Chunk(BatchSize))
            {
                if (session.Insert(into, staging, batch).Errors is [var error, ..])
                {
                    throw error.Error;
                }
            }

            session.RenameCollection(into, staging, into, Collection, dropTarget: true);
        }
        finally
        {
            session.DropCollection(into, staging, out _);
        }
    }
}
