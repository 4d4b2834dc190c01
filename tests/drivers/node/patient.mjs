// A program with one disease of its connections, by Node's driver: patient.mjs DISEASE URI. Prints "ready" when the
// disease has set in, and goes on until its standard input ends. tests/drivers/python/patient.py is its twin.
import { MongoClient } from 'mongodb';

const [disease, uri] = process.argv.slice(2);
const appName = `patient-${disease}`;
const small = { appName, maxPoolSize: 10, minPoolSize: 2, maxIdleTimeMS: 30_000 };
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const work = (client) => client.db('app').collection('entries').find({}).toArray();
// Counting takes a second on the tests' server: long enough for a pool to grow.
const grow = (client, width) =>
  Promise.all(Array.from({ length: width }, () => client.db('app').collection('entries').estimatedDocumentCount()));
const burst = (client, width) => Promise.all(Array.from({ length: width }, () => work(client)));

async function connected(options) {
  const client = new MongoClient(uri, options);
  await client.connect();
  await work(client);
  return client;
}

async function forever(body) {
  for (;;) await body();
}

const diseases = {
  async healthy(ready) {
    const client = await connected(small);
    ready();
    await forever(() => burst(client, 5).then(() => pause(20)));
  },
  async 'healthy-bursts'(ready) {
    const client = await connected(small);
    ready();
    await forever(() => burst(client, 200).then(() => pause(300)));
  },
  async 'healthy-restart'(ready) {
    let client = await connected(small);
    ready();
    await pause(2_000);
    await client.close();
    client = await connected(small);
    await forever(() => burst(client, 5).then(() => pause(20)));
  },
  async unbounded(ready) {
    const client = await connected({ appName });
    await grow(client, 90);
    ready();
    await forever(() => burst(client, 60).then(() => pause(5)));
  },
  async several(ready) {
    const clients = await Promise.all(Array.from({ length: 4 }, () => connected(small)));
    ready();
    await forever(() => Promise.all(clients.map(work)).then(() => pause(20)));
  },
  async 'per-operation'(ready) {
    let first = true;
    await forever(async () => {
      const client = await connected({ appName });
      await client.close();
      if (first) ready();
      first = false;
    });
  },
  async leak(ready) {
    await connected({ appName });
    ready();
    await forever(async () => {
      await connected({ appName });
      await pause(400);
    });
  },
  async orphan(ready) {
    const client = await connected({ appName });
    await grow(client, 12);
    await pause(1_500); // its monitor has begun to wait for news
    ready();
    await pause(3_600_000);
  },
  async idle(ready) {
    const client = await connected({ appName });
    await grow(client, 40);
    ready();
    await forever(() => work(client).then(() => pause(200)));
  },
  async 'pool-churn'(ready) {
    const client = await connected({ appName, maxPoolSize: 10, maxIdleTimeMS: 20 });
    ready();
    await forever(() => burst(client, 8).then(() => pause(150)));
  },
  async monitors(ready) {
    await Promise.all(Array.from({ length: 10 }, () => connected({ ...small, maxPoolSize: 1, minPoolSize: 0 })));
    ready();
    await pause(3_600_000);
  },
  async sessions(ready) {
    const client = await connected(small);
    for (let i = 0; i < 1_500; i++) {
      await client.db('app').command({ ping: 1 }, { session: client.startSession() });
    }
    ready();
    await pause(3_600_000);
  },
  async transaction(ready) {
    const client = await connected(small);
    const session = client.startSession();
    session.startTransaction();
    await client.db('app').collection('entries').insertOne({}, { session });
    ready();
    await pause(3_600_000);
  },
  async cursors(ready) {
    const client = await connected(small);
    const entries = client.db('app').collection('entries');
    await entries.insertMany(Array.from({ length: 10 }, () => ({})));
    for (let i = 0; i < 120; i++) await entries.find({}, { batchSize: 2 }).next();
    ready();
    await pause(3_600_000);
  },
};

process.stdin.resume().on('end', () => process.exit(0));
await diseases[disease](() => console.log('ready'));
