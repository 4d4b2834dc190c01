// node one-client.mjs SOURCE DESTINATION CHUNK: copies bench.docs with one client each, find → bulkWrite.
import { MongoClient } from './mongodb.mjs';

const [source, destination, chunkSize] = process.argv.slice(2);
const from = await new MongoClient(source).connect();
const to = await new MongoClient(destination).connect();
const target = to.db('bench').collection('docs');
const write = (chunk) =>
  target.bulkWrite(
    chunk.map((document) => ({ replaceOne: { filter: { _id: document._id }, replacement: document, upsert: true } })),
    { ordered: false, writeConcern: { w: 'majority' } },
  );
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
await to.close();
