const { MongoClient } = require('mongodb');

async function run() {
  const client = new MongoClient('mongodb://localhost:27017/?maxPoolSize=10');
  try {
    const movie = await client.db('sample').collection('movies').findOne({ title: 'Back to the Future' });
    console.log(movie);
  } finally {
    await client.close();
  }
}
run().catch(console.dir);
