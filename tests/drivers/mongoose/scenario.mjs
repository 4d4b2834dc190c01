// The common scenario by Mongoose, through its models: what it adds to the driver below it, which has a scenario of
// its own. scenario.mjs main=URI [replicaSet=URI ...] [without=STEP,STEP].
import { randomBytes } from 'node:crypto';
import mongoose from 'mongoose';
import { cannot, check, failure, range, step, uris, withOptions } from '../node/report.mjs';

const options = { appName: 'mongoose', dbName: 'scenario_mongoose', maxPoolSize: 50, serverSelectionTimeoutMS: 10_000 };
const { Schema } = mongoose;
mongoose.set('autoIndex', false);
let db;

await step('connect', async () => {
  db = await mongoose.createConnection(uris.main, options).asPromise();
  await db.dropDatabase();
  return (await db.db.admin().ping()).ok;
});

const schema = new Schema({ _id: Number, name: String, born: Number, tags: [String], modern: Boolean }, { versionKey: false });
const Person = db.model('Person', schema);
const Numeral = db.model('Numeral', new Schema({ _id: Number, square: Number }, { versionKey: false }));
const Account = db.model('Account', new Schema({ _id: String, sum: Number }, { versionKey: false }));

await step('crud', async () => {
  await Person.create([{ _id: 1, name: 'Ada', born: 1815, tags: ['maths'] }, { _id: 2, name: 'Grace', born: 1906 }]);
  const ada = await Person.findById(1);
  ada.tags.push('engines');
  await ada.save();
  const { modifiedCount, matchedCount } = await Person.updateMany({ born: { $gt: 1900 } }, { modern: true });
  const old = await Person.findOneAndDelete({ _id: 2 }).lean();
  return { old, updated: [matchedCount, modifiedCount], left: await Person.find().sort('_id').lean(),
    count: await Person.countDocuments(), invalid: await failure(Person.create({ _id: 'text' })) };
});

await step('bulk', async () => {
  const result = await Person.bulkWrite([
    { insertOne: { document: { _id: 20, name: 'Alan' } } },
    { updateOne: { filter: { _id: 20 }, update: { born: 1912 } } },
    { deleteOne: { filter: { _id: 20 } } },
  ]);
  return [result.insertedCount, result.modifiedCount, result.deletedCount];
});

await step('aggregate', async () => {
  await Numeral.insertMany(range(1000, (i) => ({ _id: i, square: i * i })));
  return Numeral.aggregate([{ $match: { _id: { $lt: 10 } } },
    { $group: { _id: { $mod: ['$_id', 2] }, sum: { $sum: '$square' } } }]).sort({ _id: 1 });
});

await step('indexes', async () => {
  const User = db.model('User', new Schema({ mail: { type: String, unique: true } }));
  await User.createIndexes();
  await User.create({ mail: 'a' });
  return { second: await failure(User.create({ mail: 'a' })), all: (await User.listIndexes()).map((one) => one.name).sort() };
});

await step('cursors', async () => {
  let place = 0;
  for await (const one of Numeral.find().sort('_id').batchSize(50).cursor()) check(one._id === place++, 'out of order');
  const early = Numeral.find().batchSize(10).cursor();
  await early.next();
  await early.close();
  return place;
});

cannot('tailable', "it is the driver's: see node");
cannot('gridfs', "it is the driver's: see node");

await step('big', async () => {
  const Big = db.model('Big', new Schema({ _id: Number, bytes: Buffer }));
  const bytes = randomBytes(12 * 1024 * 1024);
  await Big.create({ _id: 1, bytes });
  return Buffer.compare((await Big.findById(1)).bytes, bytes) === 0;
});

await step('types', async () => {
  const Kinds = db.model('Kinds', new Schema({ _id: Number, date: Date, decimal: Schema.Types.Decimal128, map: { type: Map, of: Number },
    mixed: {}, id: Schema.Types.ObjectId, uuid: Schema.Types.UUID, big: BigInt }, { versionKey: false }));
  await Kinds.create({ _id: 1, date: new Date(-1), decimal: '1.20E+3', map: { a: 1 }, mixed: { deep: [1, { x: null }] },
    id: '65f0c0ffee65f0c0ffee65f0', uuid: '3b241101-e2bb-4255-8caf-4136c566a962', big: 9007199254740993n });
  const kind = await Kinds.findById(1);
  return [kind.date, kind.decimal.toString(), kind.map.get('a'), kind.mixed, kind.id, kind.uuid, kind.big.toString()];
});

await step('sessions', async () => {
  const session = await db.startSession({ causalConsistency: true });
  await Account.create([{ _id: 's', sum: 0 }], { session });
  const count = await Account.countDocuments({ _id: 's' }).session(session);
  await session.endSession();
  return count;
});

await step('transactions', async () => {
  await Account.create([{ _id: 'a', sum: 10 }, { _id: 'b', sum: 0 }]);
  await db.transaction(async (session) => {
    const a = await Account.findById('a').session(session);
    a.sum -= 4;
    await a.save();
    await Account.updateOne({ _id: 'b' }, { $inc: { sum: 4 } }, { session });
  });
  const failed = await failure(db.transaction(async (session) => {
    await Account.create([{ _id: 'c', sum: 1 }], { session });
    await Account.create([{ _id: 'a', sum: 1 }], { session });
  }));
  return { failed, after: await Account.find({ _id: { $in: ['a', 'b', 'c'] } }).sort('_id').lean() };
});

cannot('unacknowledged', "it is the driver's: see node");

await step('errors', async () => ({
  operator: await failure(Person.find({ born: { $foo: 1 } })),
  stage: await failure(Person.aggregate([{ $noSuchStage: {} }])),
  duplicate: await failure(Person.create({ _id: 1 })),
}));

for (const name of ['maxTimeMS', 'retries', 'preferences']) cannot(name, "it is the driver's: see node");

await step('changes', async () => {
  await Person.createCollection();
  const stream = Person.watch([], { maxAwaitTimeMS: 2000 });
  const change = stream.next();
  await new Promise((resolve) => setTimeout(resolve, 200));
  await Person.create({ _id: 30, name: 'Barbara' });
  const { operationType, documentKey } = await change;
  await stream.close();
  return [operationType, documentKey];
});

async function reach(uri, more) {
  const own = await mongoose.createConnection(uri, { ...options, ...more }).asPromise();
  const Own = own.model('Reached', new Schema({ n: Number }, { versionKey: false }));
  await Own.insertMany(range(30, (n) => ({ n })));
  const read = (await Own.find().batchSize(7)).length;
  await Own.deleteMany();
  await own.close();
  return read;
}

await step('compression', () => reach(withOptions(uris.main, 'compressors=zlib')));
await step('replicaSet', () => reach(uris.replicaSet));
await step('loadBalanced', () => reach(uris.loadBalanced));
await step('direct', () => reach(withOptions(uris.main, 'directConnection=true')));
await step('stableApi', () => reach(uris.main, { serverApi: { version: '1', strict: true } }));

await step('many', async () => {
  const each = await Promise.all(range(100, async (i) => {
    await Account.create({ _id: `busy${i}`, sum: 0 });
    for (let n = 0; n < 5; n++) {
      const seen = await Account.findByIdAndUpdate(`busy${i}`, { $inc: { sum: 1 } }, { returnDocument: 'after' });
      check(seen._id === `busy${i}` && seen.sum === n + 1, `client ${i} saw ${seen}`);
    }
    return 5;
  }));
  return each.reduce((a, b) => a + b);
});

await step('close', async () => {
  await db.dropDatabase();
  await db.close();
  return 'closed';
});
