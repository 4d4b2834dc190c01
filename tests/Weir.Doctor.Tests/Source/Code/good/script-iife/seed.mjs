import { MongoClient } from 'mongodb';

(async () => {
  const client = await MongoClient.connect(process.env.MONGODB_URI, { maxPoolSize: 5 });
  try {
    await client.db('app').collection('entries').insertOne({ seeded: true });
  } finally {
    await client.close();
  }
})();
