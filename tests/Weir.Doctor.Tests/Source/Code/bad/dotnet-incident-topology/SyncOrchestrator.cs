using MongoDB.Driver;

namespace Sync;

public partial class SyncOrchestrator(ISource source)
{
    public async Task RunAsync(Destination destination, CancellationToken cancellationToken)
    {
        await foreach (var chunk in source.ReadAsync(cancellationToken))
        {
            await PerformSyncChunkAsync(destination, chunk);
        }
    }

    private static async Task PerformSyncChunkAsync(Destination destination, Chunk chunk)
    {
        MongoClient? mongoClient = null;
        try
        {
            mongoClient = new MongoClient(destination.ConnectionString); // finds: client-per-call, no-pool-limit
            var database = mongoClient.GetDatabase(destination.Database);
            await database.GetCollection<Entry>("entries").InsertManyAsync(chunk.Entries);
        }
        finally
        {
            mongoClient?.Dispose(); // finds: closed-under-work
        }
    }
}
