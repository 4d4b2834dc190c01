// The first incident, as it may have looked: a client for whoever asks, and no limit.
import { Db, MongoClient } from "npm:mongodb";

async function initMongoClient() {
  const DB_CONN = Deno.env.get("MONGODB_URL");
  if (DB_CONN === undefined) {
    throw new Error("Could not find environment variable: MONGODB_URL");
  }
  const client = new MongoClient(DB_CONN); // finds: no-pool-limit, several-clients, no-signal-handler
  try {
    await client.connect();
  } catch (e) {
    throw new Error("MongoDB connection failed: " + e);
  }
  return client;
}

async function init(): Promise<[MongoClient, string]> {
  const client = await initMongoClient();
  const DB_NAME = Deno.env.get("DB_NAME") ?? "journal";
  return [client, DB_NAME];
}

export async function getDb(): Promise<[Db, MongoClient]> {
  const [client, DB_NAME] = await init();
  return [client.db(DB_NAME), client];
}
