// node client-per-chunk.mjs SOURCE DESTINATION CHUNK: the incident's way: a client of its own for every chunk.
import { MongoClient } from './mongodb.mjs';

const [source, destination, chunkSize] = process.argv.slice(2);
const from = await new MongoClient(source).connect();
const write = async (chunk) => {
  const client = new MongoClient(destination);
  await client.connect();
  try {
    await client
      .db('bench')
      .collection('docs')
      .bulkWrite(
        chunk.map((document) => ({
          replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true },
        })),
        { ordered: false, writeConcern: { w: 'majority' } },
      );
  } finally {
    await client.close();
  }
};
let chunk = [];
for await (const document of from.db('bench').collection('docs').find().batchSize(+chunkSize)) {
  chunk.push(document);
  if (chunk.length >= +chunkSize) {
    await write(chunk);
    chunk = [];
  }
}
if (chunk.length > 0) await write(chunk);
await from.close();
