// The common scenario, by Node's driver: scenario.mjs package=mongodb main=URI [members=URI ...] [without=STEP,STEP].
import { createHash, randomBytes } from 'node:crypto';
import { check, failure, range, step, uris, withOptions } from './report.mjs';

const { MongoClient, GridFSBucket, ReadPreference, BSON } = await import(uris.package);
const database = `scenario_${uris.package}`;
const options = { appName: `node-${uris.package}`, maxPoolSize: 50, serverSelectionTimeoutMS: 10_000 };
const client = new MongoClient(uris.main, options);
const db = client.db(database);
const hash = (of) => createHash('sha256').update(of).digest('hex');

// Runs with a client of its own.
async function another(uri, body, more = {}) {
  const own = new MongoClient(uri, { ...options, ...more });
  try {
    return await body(own.db(database), own);
  } finally {
    await own.close();
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
    // An estimate, which depends on when the engine last took stock.
    estimated: (await people.estimatedDocumentCount()) >= 0,
    names: (await people.distinct('name')).sort(),
  };
});

await step('bulk', async () => {
  const bulk = db.collection('bulk');
  await bulk.insertOne({ _id: 5 });
  const work = [
    { insertOne: { document: { _id: 4 } } },
    { insertOne: { document: { _id: 5 } } },
    { insertOne: { document: { _id: 6 } } },
    { updateOne: { filter: { _id: 4 }, update: { $set: { x: 1 } } } },
    { deleteOne: { filter: { _id: 6 } } },
  ];
  const outcome = async (ordered) => {
    try {
      await bulk.bulkWrite(work, { ordered });
      return 'no error';
    } catch ({ code, writeErrors, result }) {
      return [code, writeErrors.map((one) => [one.index, one.code]),
        result.insertedCount, result.modifiedCount, result.deletedCount];
    }
  };
  const ordered = await outcome(true);
  return { ordered, unordered: await outcome(false), left: await bulk.find({}, { sort: { _id: 1 } }).toArray() };
});

await step('aggregate', async () => {
  const sales = db.collection('sales');
  await sales.insertMany(range(30, (i) => ({ _id: i, shop: 'abc'[i % 3], items: [i, i + 1] })));
  const groups = await sales.aggregate([
    { $match: { _id: { $gte: 3 } } },
    { $unwind: '$items' },
    { $group: { _id: '$shop', sum: { $sum: '$items' }, most: { $max: '$items' } } },
    { $project: { sum: 1, most: 1 } },
    { $sort: { _id: 1 } },
    { $limit: 2 },
  ]).toArray();
  await sales.aggregate([{ $match: { shop: 'a' } }, { $out: 'shopA' }]).toArray();
  return { groups, out: await db.collection('shopA').countDocuments() };
});

await step('indexes', async () => {
  const users = db.collection('users');
  const name = await users.createIndex({ mail: 1 }, { unique: true });
  const second = await failure(users.insertMany([{ mail: 'a' }, { mail: 'a' }]));
  const all = (await users.listIndexes().toArray()).map((index) => index.name).sort();
  await users.dropIndex(name);
  return { name, second, all, left: (await users.indexes()).length };
});

await step('cursors', async () => {
  const numbers = db.collection('numbers');
  await numbers.insertMany(range(1000, (i) => ({ _id: i, square: i * i })));
  let count = 0;
  for await (const document of numbers.find({}, { batchSize: 50, sort: { _id: 1 } })) {
    check(document._id === count++, `document ${document._id} came at place ${count}`);
  }
  const cursors = range(8, (i) => numbers.find({ _id: { $mod: [8, i] } }, { batchSize: 10, sort: { _id: 1 } }));
  const counts = cursors.map(() => 0);
  for (let open = true; open; ) {
    open = false;
    for (const [i, cursor] of cursors.entries()) {
      const document = await cursor.next();
      if (document === null) continue;
      check(document._id % 8 === i, `cursor ${i} saw document ${document._id}`);
      counts[i]++;
      open = true;
    }
  }
  const early = numbers.find({}, { batchSize: 10 });
  await early.next();
  await early.close();
  const unknown = await failure(db.command({ getMore: BigInt('1234567890123456789'), collection: 'numbers' }));
  return { count, counts, early: early.closed, unknown };
});

await step('tailable', async () => {
  const log = await db.createCollection('log', { capped: true, size: 100_000 });
  await log.insertMany([{ _id: 1 }, { _id: 2 }]);
  const tail = log.find({}, { tailable: true, awaitData: true, maxAwaitTimeMS: 5000, batchSize: 10 });
  const seen = [(await tail.next())._id, (await tail.next())._id];
  const third = tail.next();
  await log.insertOne({ _id: 3 });
  seen.push((await third)._id);
  await tail.close();
  return seen;
});

await step('gridfs', async () => {
  const bucket = new GridFSBucket(db, { bucketName: 'files', chunkSizeBytes: 64 * 1024 });
  const bytes = randomBytes(1_000_000);
  const upload = bucket.openUploadStream('one.bin');
  await new Promise((resolve, reject) => upload.on('finish', resolve).on('error', reject).end(bytes));
  const back = Buffer.concat(await bucket.openDownloadStreamByName('one.bin').toArray());
  const files = await bucket.find().toArray();
  await bucket.delete(files[0]._id);
  return { same: hash(back) === hash(bytes), length: files[0].length,
    chunks: await db.collection('files.chunks').countDocuments() };
});

await step('big', async () => {
  const big = db.collection('big');
  const bytes = randomBytes(12 * 1024 * 1024);
  await big.insertOne({ _id: 1, bytes });
  const back = (await big.findOne({ _id: 1 })).bytes.buffer;
  const many = range(3, (i) => ({ _id: 10 + i, bytes: randomBytes(3 * 1024 * 1024) }));
  await big.insertMany(many);
  let same = 0;
  for await (const document of big.find({ _id: { $gte: 10 } }, { sort: { _id: 1 } })) {
    if (hash(document.bytes.buffer) === hash(many[document._id - 10].bytes)) same++;
  }
  return { length: back.length, one: hash(back) === hash(bytes), same };
});

await step('types', async () => {
  const { EJSON, Binary, Code, DBRef, Decimal128, Double, Int32, Long, MaxKey, MinKey, ObjectId, Timestamp, UUID } = BSON;
  const document = {
    _id: new ObjectId('65f0c0ffee65f0c0ffee65f0'), double: new Double(1.5), nan: NaN, infinity: -Infinity,
    negative: new Double(-0), text: 'Grüße, 世界 \u0000 😀', document: { a: { b: [] } }, array: [1, 'two', null, [3]],
    binary: new Binary(Buffer.from([0, 255]), 128), uuid: new UUID('3b241101-e2bb-4255-8caf-4136c566a962'),
    yes: true, no: false, date: new Date(-1), none: null, regex: /^a.*b$/i, code: new Code('f()'),
    scoped: new Code('f(x)', { x: 1 }), int: new Int32(-7), timestamp: new Timestamp({ t: 5, i: 6 }),
    long: Long.fromString('-9223372036854775808'), decimal: Decimal128.fromString('1.20E+3'), least: new MinKey(),
    most: new MaxKey(), reference: new DBRef('people', new ObjectId('65f0c0ffee65f0c0ffee65f1')),
    symbol: new BSON.BSONSymbol('s'),
  };
  const types = db.collection('types');
  await types.insertOne(document);
  const raw = await types.findOne({}, { raw: true });
  const sent = BSON.serialize(document);
  return { same: Buffer.compare(Buffer.from(raw.buffer ?? raw, raw.byteOffset ?? 0, raw.byteLength ?? raw.length), sent) === 0,
    text: EJSON.stringify(BSON.deserialize(sent, { promoteValues: false }), { relaxed: false }).length };
});

await step('sessions', () => client.withSession({ causalConsistency: true }, async (session) => {
  const seen = db.collection('seen');
  const counts = [];
  for (let i = 0; i < 5; i++) {
    await seen.insertOne({ _id: i }, { session });
    counts.push(await seen.countDocuments({}, { session, readConcern: { level: 'majority' } }));
  }
  return { counts, causal: session.operationTime !== undefined && session.clusterTime !== undefined };
}));

await step('transactions', async () => {
  const accounts = db.collection('accounts');
  await accounts.insertMany([{ _id: 'a', sum: 10 }, { _id: 'b', sum: 0 }]);
  await client.withSession((session) => session.withTransaction(async () => {
    await accounts.updateOne({ _id: 'a' }, { $inc: { sum: -4 } }, { session });
    await accounts.updateOne({ _id: 'b' }, { $inc: { sum: 4 } }, { session });
  }));
  const session = client.startSession();
  session.startTransaction();
  await accounts.updateOne({ _id: 'a' }, { $set: { sum: 1000 } }, { session });
  const outside = (await accounts.findOne({ _id: 'a' })).sum;
  const inside = (await accounts.findOne({ _id: 'a' }, { session })).sum;
  await session.abortTransaction();
  session.startTransaction();
  await accounts.insertOne({ _id: 'c' }, { session });
  const middle = await failure(accounts.insertOne({ _id: 'a' }, { session }));
  const afterwards = await failure(accounts.findOne({}, { session }));
  const commit = await failure(session.commitTransaction());
  session.startTransaction();
  await accounts.insertOne({ _id: 'd' }, { session });
  await session.commitTransaction();
  await session.commitTransaction();
  await session.endSession();
  return { outside, inside, middle, afterwards, commit, after: await accounts.find({}, { sort: { _id: 1 } }).toArray() };
});

await step('unacknowledged', async () => {
  await db.collection('loose', { writeConcern: { w: 0 } }).insertOne({ _id: 1 });
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
  namespace: await failure(db.command({ find: 7 })),
}));

// A server with fail points is slow by one; another has enough to do.
await step('maxTimeMS', async () => {
  await failure(client.db('admin').command({ configureFailPoint: 'failCommand', mode: { times: 1 },
    data: { failCommands: ['aggregate'], blockConnection: true, blockTimeMS: 1000 } }));
  return failure(db.collection('numbers').aggregate([
  { $lookup: { from: 'numbers', pipeline: [], as: 'all' } },
  { $unwind: '$all' },
  { $group: { _id: null, n: { $sum: '$all.square' } } },
], { maxTimeMS: 20 }).toArray());
});

await step('retries', async () => {
  const admin = client.db('admin');
  const once = (failCommands, data) =>
    admin.command({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands, ...data } });
  const retried = db.collection('retried');
  await once(['insert'], { errorCode: 91, errorLabels: ['RetryableWriteError'] });
  await retried.insertOne({ _id: 1 });
  await once(['insert'], { closeConnection: true });
  await retried.insertOne({ _id: 2 });
  await once(['find'], { errorCode: 10107 });
  const first = await retried.findOne({ _id: 1 });
  await once(['find'], { closeConnection: true });
  const second = await retried.findOne({ _id: 2 });
  await once(['insert'], { errorCode: 8000 });
  const plain = await failure(retried.insertOne({ _id: 3 }));
  await once(['insert'], { writeConcernError: { code: 100, errmsg: 'not enough' } });
  const concern = await failure(retried.insertOne({ _id: 4 }));
  const session = client.startSession();
  session.startTransaction();
  await retried.insertOne({ _id: 5 }, { session });
  await once(['commitTransaction'], { closeConnection: true });
  await session.commitTransaction();
  await session.endSession();
  return { first, second, plain, concern, count: await retried.countDocuments() };
});

await step('preferences', () => another(uris.members, async (members) => {
  const who = async (mode, tags) => (await members.admin().command({ serverStatus: 1 },
    { readPreference: new ReadPreference(mode, tags) })).host;
  const seen = {};
  for (const dc of ['east', 'west', 'north']) {
    seen[dc] = await who('nearest', [{ dc }]);
  }
  seen.primary = await who('primary');
  seen.away = (await who('secondary')) !== seen.primary;
  return seen;
}));

await step('changes', async () => {
  const watched = await db.createCollection('watched');
  const stream = watched.watch([{ $match: { operationType: { $in: ['insert', 'update'] } } }],
    { maxAwaitTimeMS: 2000, fullDocument: 'updateLookup' });
  const first = stream.next();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await watched.insertOne({ _id: 1 });
  const seen = [await first];
  await watched.updateOne({ _id: 1 }, { $set: { a: 1 } });
  seen.push(await stream.next());
  const token = stream.resumeToken;
  await stream.close();
  await watched.insertOne({ _id: 2 });
  const resumed = watched.watch([], { resumeAfter: token });
  seen.push(await resumed.next());
  await resumed.close();
  return seen.map((event) => [event.operationType, event.documentKey._id, event.fullDocument]);
});

// snappy needs a package of its own in Node.
await step('compression', () => another(withOptions(uris.main, 'compressors=zlib'), async (own) => {
  const text = 'weir '.repeat(100_000);
  await own.collection('compressed').insertOne({ _id: 1, text });
  return (await own.collection('compressed').findOne({ _id: 1 })).text === text;
}));

// The ways of connecting that a connection string can insist on.
const reach = (uri, more) => another(uri, async (own) => {
  await own.collection('reached').replaceOne({ _id: 1 }, { n: 1 }, { upsert: true });
  await own.collection('numbers').insertMany(range(30, (i) => ({ _id: -1 - i })), { ordered: false });
  const read = await own.collection('numbers').find({ _id: { $lt: 0 } }, { batchSize: 7 }).toArray();
  await own.collection('numbers').deleteMany({ _id: { $lt: 0 } });
  return [(await own.collection('reached').findOne({ _id: 1 })).n, read.length];
}, more);

await step('replicaSet', () => reach(uris.replicaSet));
await step('loadBalanced', () => reach(uris.loadBalanced));
await step('direct', () => reach(withOptions(uris.main, 'directConnection=true')));

await step('stableApi', () => another(uris.main, async (own) => {
  await own.collection('stable').insertOne({ _id: 1 });
  return { found: await own.collection('stable').findOne({}), beyond: await failure(own.command({ serverStatus: 1 })) };
}, { serverApi: { version: '1', strict: true, deprecationErrors: true } }));

await step('many', async () => {
  const busy = db.collection('busy');
  const each = await Promise.all(range(100, async (i) => {
    await busy.insertOne({ _id: i, owner: i });
    for (let n = 0; n < 5; n++) {
      const seen = await busy.findOneAndUpdate({ _id: i }, { $inc: { n: 1 } }, { returnDocument: 'after' });
      check(seen.owner === i && seen.n === n + 1, `client ${i} saw ${JSON.stringify(seen)}`);
    }
    return (await busy.findOne({ _id: i })).n;
  }));
  return each.reduce((a, b) => a + b);
});

await step('close', async () => {
  try {
    await db.dropDatabase();
  } finally {
    await client.close();
  }
  return 'closed';
});
