import { MongoClient } from 'mongodb';
import { chunks } from './chunks.mjs';

for (const chunk of chunks) {
  const client = new MongoClient(process.env.MONGODB_URI, { maxPoolSize: 10 }); // finds: client-per-call
  await client.db('app').collection('entries').insertMany(chunk);
  await client.close();
}
