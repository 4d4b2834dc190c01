import { Db, MongoClient, MongoClientOptions } from 'mongodb';

const connectionOptions: MongoClientOptions = { maxPoolSize: 10, minPoolSize: 2, maxIdleTimeMS: 30000 };

export class DestinationConnectionPool {
  private static instance: DestinationConnectionPool;
  private readonly pools = new Map<string, { client: MongoClient; lastUsed: number }>();

  static getInstance(): DestinationConnectionPool {
    return (this.instance ??= new DestinationConnectionPool());
  }

  async getConnection(id: string, uri: string, database: string): Promise<Db> {
    const existing = this.pools.get(id);
    if (existing) {
      existing.lastUsed = Date.now();
      return existing.client.db(database);
    }
    const client = new MongoClient(uri, connectionOptions);
    await client.connect();
    this.pools.set(id, { client, lastUsed: Date.now() });
    return client.db(database);
  }

  async shutdown(): Promise<void> {
    try {
      console.log('closing');
    } finally {
      for (const { client } of this.pools.values()) await client.close();
    }
  }
}

process.on('SIGTERM', () => DestinationConnectionPool.getInstance().shutdown());
