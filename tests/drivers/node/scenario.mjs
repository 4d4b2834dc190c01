// The common scenario, by Node's driver: scenario.mjs URI. Prints a line of JSON for each step, the same lines
// whatever is between the driver and the server. tests/drivers/python/scenario.py is its twin.
import { createHash } from 'node:crypto';
import { MongoClient } from 'mongodb';

const client = new MongoClient(process.argv[2], { appName: 'node-scenario', maxPoolSize: 50 });
const db = client.db('scenario_node');

async function step(name, body) {
  try {
    console.log(JSON.stringify({ step: name, ok: true, saw: await body() }));
  } catch (error) {
    console.log(JSON.stringify({ step: name, ok: false, saw: `${error.name}: ${error.message}` }));
  }
}

// What a failed operation says, without what differs from run to run.
async function failure(promise) {
  try {
    await promise;
    return 'no error';
  } catch (error) {
    return { name: error.name, code: error.code ?? null, codeName: error.codeName ?? null };
  }
}

await step('connect', async () => {
  await client.connect();
  await db.dropDatabase();
  return (await client.db('admin').command({ ping: 1 })).ok;
});

await step('crud', async () => {
  const people = db.collection('people');
  const inserted = await people.insertOne({ _id: 1, name: 'Ada', born: 1815, tags: ['maths'] });
  await people.insertMany([{ _id: 2, name: 'Grace', born: 1906 }, { _id: 3, name: 'Edsger', born: 1930 }]);
  const updated = await people.updateMany({ born: { $gt: 1900 } }, { $set: { modern: true }, $inc: { born: 0 } });
  const pushed = await people.findOneAndUpdate(
    { _id: 1 }, { $push: { tags: 'engines' } }, { returnDocument: 'after' });
  const replaced = await people.replaceOne({ _id: 9 }, { name: 'Alan' }, { upsert: true });
  const deleted = await people.deleteOne({ _id: 3 });
  return {
    inserted: inserted.insertedId,
    updated: [updated.matchedCount, updated.modifiedCount],
    pushed: pushed.tags,
    replaced: [replaced.matchedCount, replaced.upsertedCount],
    deleted: deleted.deletedCount,
    left: await people.find({}, { sort: { _id: 1 }, projection: { name: 1 } }).toArray(),
    count: await people.countDocuments({ modern: true }),
    estimated: await people.estimatedDocumentCount(),
    names: (await people.distinct('name')).sort(),
  };
});

await step('aggregate', async () => {
  const sales = db.collection('sales');
  await sales.insertMany(Array.from({ length: 30 }, (_, i) => ({ _id: i, shop: 'abc'[i % 3], items: [i, i + 1] })));
  return sales.aggregate([
    { $match: { _id: { $gte: 3 } } },
    { $unwind: '$items' },
    { $group: { _id: '$shop', sum: { $sum: '$items' }, most: { $max: '$items' } } },
    { $project: { sum: 1, most: 1 } },
    { $sort: { _id: 1 } },
    { $limit: 2 },
  ]).toArray();
});

await step('indexes', async () => {
  const users = db.collection('users');
  const name = await users.createIndex({ mail: 1 }, { unique: true });
  const second = await failure(users.insertMany([{ mail: 'a' }, { mail: 'a' }]));
  return { name, second, all: (await users.listIndexes().toArray()).map((index) => index.name).sort() };
});

await step('cursor of 1000 documents in batches of 50', async () => {
  const numbers = db.collection('numbers');
  await numbers.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i, square: i * i })));
  let sum = 0, count = 0;
  for await (const document of numbers.find({}, { batchSize: 50, sort: { _id: 1 } })) {
    if (document._id !== count) throw new Error(`document ${document._id} came at place ${count}`);
    count++;
    sum += document.square;
  }
  return { count, sum };
});

await step('eight cursors interleaved', async () => {
  const numbers = db.collection('numbers');
  const cursors = Array.from({ length: 8 }, (_, i) =>
    numbers.find({ _id: { $mod: [8, i] } }, { batchSize: 10, sort: { _id: 1 } }));
  const counts = cursors.map(() => 0);
  for (let open = true; open; ) {
    open = false;
    for (const [i, cursor] of cursors.entries()) {
      const document = await cursor.next();
      if (document === null) continue;
      if (document._id % 8 !== i) throw new Error(`cursor ${i} saw document ${document._id}`);
      counts[i]++;
      open = true;
    }
  }
  return counts;
});

await step('cursor closed early', async () => {
  const cursor = db.collection('numbers').find({}, { batchSize: 10 });
  await cursor.next();
  await cursor.close();
  return cursor.closed;
});

await step('unknown cursor', () =>
  failure(db.command({ getMore: BigInt('1234567890123456789'), collection: 'numbers' })));

await step('bulk write with a duplicate key', async () => {
  const bulk = db.collection('bulk');
  await bulk.insertOne({ _id: 5 });
  try {
    await bulk.bulkWrite([
      { insertOne: { document: { _id: 4 } } },
      { insertOne: { document: { _id: 5 } } },
      { insertOne: { document: { _id: 6 } } },
      { updateOne: { filter: { _id: 4 }, update: { $set: { x: 1 } } } },
    ], { ordered: false });
    return 'no error';
  } catch (error) {
    return {
      code: error.code,
      errors: error.writeErrors.map((one) => [one.index, one.code]),
      inserted: error.result.insertedCount,
      modified: error.result.modifiedCount,
      count: await bulk.countDocuments(),
    };
  }
});

await step('document of 12 MB there and back', async () => {
  const big = db.collection('big');
  const bytes = Buffer.alloc(12 * 1024 * 1024, 'weir');
  bytes.writeUInt32LE(0xdecaf, bytes.length - 4);
  await big.insertOne({ _id: 1, bytes });
  const back = (await big.findOne({ _id: 1 })).bytes.buffer;
  const hash = (of) => createHash('sha256').update(of).digest('hex');
  return { length: back.length, same: hash(back) === hash(bytes) };
});

await step('50 at once', async () => {
  const busy = db.collection('busy');
  const each = await Promise.all(Array.from({ length: 50 }, async (_, i) => {
    await busy.insertOne({ _id: i, owner: i });
    for (let n = 0; n < 10; n++) {
      const seen = await busy.findOneAndUpdate({ _id: i }, { $inc: { n: 1 } }, { returnDocument: 'after' });
      if (seen.owner !== i || seen.n !== n + 1) throw new Error(`client ${i} saw ${JSON.stringify(seen)}`);
    }
    return (await busy.findOne({ _id: i })).n;
  }));
  return each.reduce((a, b) => a + b);
});

await step('sessions', () => client.withSession({ causalConsistency: true }, async (session) => {
  const seen = db.collection('seen');
  await seen.insertOne({ _id: 1 }, { session });
  return seen.countDocuments({}, { session });
}));

await step('unacknowledged write, then a read', async () => {
  const loose = db.collection('loose', { writeConcern: { w: 0 } });
  await loose.insertOne({ _id: 1 });
  // Another connection of the driver may overtake the write, so the read is repeated until it is there.
  for (let tries = 0; tries < 1000; tries++) {
    if (await db.collection('loose').findOne({ _id: 1 })) return 'seen';
  }
  return 'never seen';
});

await step('errors', async () => ({
  command: await failure(db.command({ noSuchCommand: 1 })),
  operator: await failure(db.collection('people').find({ a: { $foo: 1 } }).toArray()),
  stage: await failure(db.collection('people').aggregate([{ $noSuchStage: {} }]).toArray()),
  duplicate: await failure(db.collection('people').insertOne({ _id: 1 })),
}));

if (process.argv.includes('--transactions')) {
  await step('transactions', async () => {
    const accounts = db.collection('accounts');
    await accounts.insertMany([{ _id: 'a', sum: 10 }, { _id: 'b', sum: 0 }]);
    await client.withSession((session) => session.withTransaction(async () => {
      await accounts.updateOne({ _id: 'a' }, { $inc: { sum: -4 } }, { session });
      await accounts.updateOne({ _id: 'b' }, { $inc: { sum: 4 } }, { session });
    }));
    const aborted = client.startSession();
    aborted.startTransaction();
    await accounts.updateOne({ _id: 'a' }, { $set: { sum: 1000 } }, { session: aborted });
    const outside = (await accounts.findOne({ _id: 'a' })).sum;
    await aborted.abortTransaction();
    await aborted.endSession();
    return { outside, after: await accounts.find({}, { sort: { _id: 1 } }).toArray() };
  });
}

await step('close', async () => {
  try {
    await db.dropDatabase();
  } finally {
    await client.close();
  }
  return 'closed';
});
