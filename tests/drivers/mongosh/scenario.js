// The common scenario as a script of MongoDB's shell, which writes as users do: no await, cursors that print.
const uris = Object.fromEntries(process.env.WEIR_SCENARIO.split(' ').map((one) => {
  const at = one.indexOf('=');
  return [one.slice(0, at), one.slice(at + 1)];
}));
const without = new Set((uris.without ?? '').split(','));
const say = (line) => console.log(EJSON.stringify(line));
const cannot = (name, reason) => say({ step: name, skipped: reason });
const fresh = (uri) => new Mongo(uri).getDB('scenario_mongosh');

function step(name, body) {
  if (without.has(name)) return;
  try {
    say({ step: name, ok: true, saw: body() });
  } catch (error) {
    say({ step: name, ok: false, saw: `${error.name}: ${error.message}` });
  }
}

function failure(body) {
  try {
    body();
    return 'no error';
  } catch (error) {
    return { name: error.name, code: error.code ?? null, codeName: error.codeName ?? null };
  }
}

const withOptions = (uri, options) => `${uri}${uri.includes('?') ? '&' : '?'}${options}`;
let own;

step('connect', () => {
  own = fresh(uris.main);
  own.dropDatabase();
  return own.adminCommand({ ping: 1 }).ok;
});

step('crud', () => {
  own.people.insertMany([{ _id: 1, name: 'Ada', born: 1815 }, { _id: 2, name: 'Grace', born: 1906 }]);
  const updated = own.people.updateMany({ born: { $gt: 1900 } }, { $set: { modern: true } });
  const modified = own.people.findOneAndUpdate({ _id: 1 }, { $set: { tag: 'engines' } }, { returnDocument: 'after' });
  const replaced = own.people.replaceOne({ _id: 9 }, { name: 'Alan' }, { upsert: true });
  const deleted = own.people.deleteOne({ _id: 2 });
  return { updated, modified, replaced, deleted, left: own.people.find().sort({ _id: 1 }).toArray(),
    count: own.people.countDocuments(), names: own.people.distinct('name').sort() };
});

step('bulk', () => {
  own.bulk.insertOne({ _id: 5 });
  const failed = failure(() => own.bulk.bulkWrite([
    { insertOne: { document: { _id: 4 } } }, { insertOne: { document: { _id: 5 } } }, { insertOne: { document: { _id: 6 } } },
  ], { ordered: false }));
  return { failed, left: own.bulk.find().sort({ _id: 1 }).toArray() };
});

step('aggregate', () => {
  own.sales.insertMany(Array.from({ length: 30 }, (_, i) => ({ _id: i, shop: 'abc'[i % 3], items: [i, i + 1] })));
  return own.sales.aggregate([{ $unwind: '$items' }, { $group: { _id: '$shop', sum: { $sum: '$items' } } },
    { $sort: { _id: 1 } }]).toArray();
});

step('indexes', () => {
  const name = own.users.createIndex({ mail: 1 }, { unique: true });
  const all = own.users.getIndexes().map((index) => index.name).sort();
  own.users.insertOne({ mail: 'a' });
  const second = failure(() => own.users.insertOne({ mail: 'a' }));
  own.users.dropIndex(name);
  return { name, all, second, left: own.users.getIndexes().length, collections: own.getCollectionNames().sort() };
});

step('cursors', () => {
  own.numbers.insertMany(Array.from({ length: 1000 }, (_, i) => ({ _id: i, square: i * i })));
  let sum = 0;
  own.numbers.find().batchSize(50).forEach((document) => { sum += document._id; });
  const early = own.numbers.find().batchSize(10);
  early.next();
  early.close();
  return { sum, first: own.numbers.find().sort({ _id: 1 }).limit(3).toArray(),
    unknown: failure(() => own.runCommand({ getMore: Long('1234567890123456789'), collection: 'numbers' })) };
});

cannot('tailable', 'the shell waits for one thing at a time');
cannot('gridfs', 'the shell has no GridFS');

step('big', () => {
  const text = 'weir'.repeat(3 * 1024 * 1024);
  own.big.insertOne({ _id: 1, text });
  return own.big.findOne({ _id: 1 }).text === text;
});

step('types', () => {
  own.types.insertOne({ _id: ObjectId('65f0c0ffee65f0c0ffee65f0'), double: Double(1.5), int: Int32(-7), long: Long('-9223372036854775808'),
    decimal: Decimal128('1.20E+3'), date: ISODate('1969-12-31T23:59:59.999Z'), binary: BinData(128, 'AP8='),
    uuid: UUID('3b241101-e2bb-4255-8caf-4136c566a962'), regex: /^a.*b$/i, code: Code('f()'), timestamp: Timestamp(5, 6),
    least: MinKey(), most: MaxKey(), none: null, yes: true, nan: NaN, text: 'Grüße, 世界 \u0000 😀' });
  return EJSON.stringify(own.types.findOne(), { relaxed: false });
});

step('sessions', () => {
  const session = own.getMongo().startSession({ causalConsistency: true });
  const seen = session.getDatabase(own.getName()).seen;
  seen.insertOne({ _id: 1 });
  const count = seen.countDocuments();
  session.endSession();
  return count;
});

step('transactions', () => {
  own.accounts.insertMany([{ _id: 'a', sum: 10 }, { _id: 'b', sum: 0 }]);
  const session = own.getMongo().startSession();
  const accounts = session.getDatabase(own.getName()).accounts;
  session.startTransaction();
  accounts.updateOne({ _id: 'a' }, { $inc: { sum: -4 } });
  accounts.updateOne({ _id: 'b' }, { $inc: { sum: 4 } });
  const outside = own.accounts.findOne({ _id: 'a' }).sum;
  session.commitTransaction();
  session.startTransaction();
  accounts.insertOne({ _id: 'c' });
  const middle = failure(() => accounts.insertOne({ _id: 'a' }));
  const afterwards = failure(() => accounts.findOne());
  const commit = failure(() => session.commitTransaction());
  session.startTransaction();
  accounts.updateOne({ _id: 'a' }, { $inc: { sum: 1000 } });
  session.abortTransaction();
  session.endSession();
  return { outside, middle, afterwards, commit, after: own.accounts.find().sort({ _id: 1 }).toArray() };
});

step('unacknowledged', () => {
  own.loose.insertOne({ _id: 1 }, { writeConcern: { w: 0 } });
  for (let tries = 0; tries < 1000; tries++) if (own.loose.findOne()) return 'seen';
  return 'never seen';
});

step('errors', () => ({
  command: failure(() => own.runCommand({ noSuchCommand: 1 })),
  operator: failure(() => own.people.find({ a: { $foo: 1 } }).toArray()),
  stage: failure(() => own.people.aggregate([{ $noSuchStage: {} }]).toArray()),
  duplicate: failure(() => own.people.insertOne({ _id: 1 })),
}));

// A server with fail points is slow by one; another has enough to do.
step('maxTimeMS', () => {
  failure(() => own.adminCommand({ configureFailPoint: 'failCommand', mode: { times: 1 },
    data: { failCommands: ['aggregate'], blockConnection: true, blockTimeMS: 1000 } }));
  return failure(() => own.numbers.aggregate([
  { $lookup: { from: 'numbers', pipeline: [], as: 'all' } }, { $unwind: '$all' },
  { $group: { _id: null, n: { $sum: '$all.square' } } }], { maxTimeMS: 20 }).toArray());
});

step('retries', () => {
  const once = (failCommands, data) =>
    own.adminCommand({ configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands, ...data } });
  once(['insert'], { errorCode: 10107, errorLabels: ['RetryableWriteError'] });
  own.retried.insertOne({ _id: 1 });
  once(['find'], { closeConnection: true });
  return own.retried.findOne();
});

step('preferences', () => {
  const members = fresh(uris.members);
  const seen = {};
  for (const dc of ['east', 'west', 'north']) {
    members.getMongo().setReadPref('nearest', [{ dc }]);
    seen[dc] = members.runCommand({ serverStatus: 1 }).host;
  }
  members.getMongo().close();
  return seen;
});

step('changes', () => {
  own.createCollection('watched');
  const stream = own.watched.watch([], { maxAwaitTimeMS: 1000 });
  own.watched.insertOne({ _id: 1 });
  let event = null;
  for (let tries = 0; tries < 20 && !event; tries++) event = stream.tryNext();
  stream.close();
  return [event.operationType, event.documentKey._id];
});

function reach(uri) {
  const apart = fresh(uri);
  apart.apart.insertMany(Array.from({ length: 30 }, (_, i) => ({ _id: i, text: 'weir '.repeat(1000) })));
  const read = apart.apart.find().batchSize(7).toArray().length;
  apart.apart.drop();
  apart.getMongo().close();
  return read;
}

step('compression', () => reach(withOptions(uris.main, 'compressors=zlib')));
step('replicaSet', () => reach(uris.replicaSet));
step('loadBalanced', () => reach(uris.loadBalanced));
step('direct', () => reach(withOptions(uris.main, 'directConnection=true')));

step('stableApi', () => {
  const apart = new Mongo(uris.main, undefined, { api: { version: '1', strict: true, deprecationErrors: true } })
    .getDB('scenario_mongosh');
  apart.stable.insertOne({ _id: 1 });
  const seen = { found: apart.stable.findOne(), beyond: failure(() => apart.runCommand({ serverStatus: 1 })) };
  apart.getMongo().close();
  return seen;
});

cannot('many', 'the shell does one thing at a time');

step('close', () => {
  own.dropDatabase();
  own.getMongo().close();
  return 'closed';
});
