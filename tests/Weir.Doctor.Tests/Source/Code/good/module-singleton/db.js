const { MongoClient } = require('mongodb');

const client = new MongoClient(process.env.MONGODB_URI, { maxPoolSize: 10, maxIdleTimeMS: 30000 });

process.once('SIGTERM', async () => {
  await client.close();
  process.exit(0);
});

module.exports = client.db('app');
