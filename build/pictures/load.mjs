// Load for the pictures, by Node's driver: load.mjs journal URI is a service of five applications, load.mjs NAME URI one
// of the incident's processes, whose pool nothing limits. Goes on until it is killed.
import { createRequire } from 'node:module';

const require = createRequire(new URL('../../tests/drivers/node/package.json', import.meta.url));
const { MongoClient } = require('mongodb');
const [name, uri] = process.argv.slice(2);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const around = (ms) => pause(ms * (0.5 + Math.random()));

async function open(appName, options) {
  const client = new MongoClient(uri, { appName, ...options });
  await client.connect();
  return client.db('journal');
}

async function forever(body) {
  for (;;) await body();
}

async function application(appName, clients, pace) {
  const journal = await open(appName, { maxPoolSize: clients });
  const entries = journal.collection('entries');
  for (let i = 0; i < clients; i++) {
    forever(async () => {
      await entries.find({ call: i }).limit(5).toArray();
      await entries.updateOne({ _id: i }, { $inc: { read: 1 } }, { upsert: true });
      if (Math.random() < 0.02) {
        // A cursor that is read slowly.
        const cursor = journal.collection('words').find({}, { batchSize: 2 });
        for (let n = 0; n < 4; n++) await cursor.next().then(() => around(400));
        await cursor.close();
      }
      if (Math.random() < 0.01) {
        await journal.client.withSession((session) =>
          session.withTransaction(async () => {
            await entries.updateOne({ _id: i }, { $set: { done: true } }, { session });
            await around(600);
          }),
        );
      }
      await around(pace);
    });
  }
}

if (name === 'journal') {
  const seed = await open('seed', {});
  await seed.collection('words').insertMany(Array.from({ length: 20 }, (_, n) => ({ n })));
  await seed.client.close();
  await application('api', 24, 60);
  await application('call-scheduler', 6, 90);
  await application('call-window-scheduler', 4, 120);
  await application('journal-export', 3, 200);
  await application('notifier', 2, 40);
} else {
  const entries = (await open(name, {})).collection('entries');
  for (let i = 0; i < 100; i++) forever(() => entries.find({}).toArray());
}
