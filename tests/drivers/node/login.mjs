// One login by Node's driver: login.mjs URI. Prints a line of JSON for each step; login.py is its twin.
import { MongoClient } from 'mongodb';

const client = new MongoClient(process.argv[2], { maxPoolSize: 5 });
let failed = false;

async function step(name, body) {
  try {
    console.log(JSON.stringify({ step: name, ok: true, saw: await body() }));
  } catch (error) {
    failed = true;
    console.log(JSON.stringify({ step: name, ok: false, code: error.code ?? null }));
  }
}

const things = client.db('login').collection('things');
await step('read', async () => (await things.find({ missing: true }).toArray()).length);
await step('write', async () => (await things.insertOne({ by: 'node' })).acknowledged);
await step('whoami', async () => {
  const status = await client.db('admin').command({ connectionStatus: 1 });
  return status.authInfo.authenticatedUsers.map((user) => `${user.user}@${user.db}`).join();
});
// Failed logins are slowed: more of them would show nothing more.
if (!failed) await step('concurrent', async () => {
  const counts = await Promise.all(Array.from({ length: 20 }, () => things.countDocuments({ missing: true })));
  return counts.length;
});
await client.close();
