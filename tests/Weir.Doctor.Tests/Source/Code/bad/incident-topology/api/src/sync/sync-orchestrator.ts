// The second incident, as it may have looked: a client for every chunk, closed when the chunk is done.
import { Db, MongoClient } from "mongodb";
import { Chunk, DestinationDb, SyncJob } from "./types";

export class SyncOrchestrator {
  constructor(private readonly destinations: Map<string, DestinationDb>) {}

  async run(job: SyncJob): Promise<void> {
    for (const chunk of job.chunks) {
      await this.performSyncChunk(job, chunk);
    }
  }

  private async performSyncChunk(job: SyncJob, chunk: Chunk): Promise<number> {
    const destinationDb = this.destinations.get(job.destinationId)!;
    let mongoConnection: { client: MongoClient; db: Db } | null = null;
    try {
      const client = new MongoClient(destinationDb.connection.connection_string); // finds: client-per-call, no-pool-limit
      await client.connect();
      const db = client.db(destinationDb.connection.database);
      mongoConnection = { client, db };

      const rows = await chunk.fetch();
      const writes = rows.map((row) => ({
        replaceOne: { filter: { _id: row.id }, replacement: row, upsert: true },
      }));
      const result = await db.collection(job.entity).bulkWrite(writes);
      db.collection("sync_log").insertOne({ job: job.id, at: new Date() });
      return result.upsertedCount;
    } catch (error) {
      throw new Error(`Sync chunk failed: ${(error as Error).message}`);
    } finally {
      if (mongoConnection) {
        await mongoConnection.client.close(); // finds: closed-under-work
      }
    }
  }
}
