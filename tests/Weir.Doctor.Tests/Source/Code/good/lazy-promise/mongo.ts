import { Db, MongoClient, MongoClientOptions } from 'mongodb';

const options: MongoClientOptions = { maxPoolSize: 10, minPoolSize: 2 };
let cached: Promise<MongoClient> | undefined;
let single: MongoClient | null = null;
const byTenant = new Map<string, MongoClient>();

export function getClient(): Promise<MongoClient> {
  cached ??= new MongoClient(process.env.MONGODB_URI!, options).connect();
  return cached;
}

export async function getDb(name: string): Promise<Db> {
  if (single) return single.db(name);
  single = await MongoClient.connect(process.env.MONGODB_URI!, options);
  return single.db(name);
}

export function tenant(id: string, uri: string): MongoClient {
  let client = byTenant.get(id);
  if (!client) {
    client = new MongoClient(uri, options);
    byTenant.set(id, client);
  }
  return client;
}

export const handler = async () => {
  const db = await getDb('app');
  return db.collection('entries').countDocuments();
};
