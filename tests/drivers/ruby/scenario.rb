# The common scenario, by Ruby's driver: scenario.rb main=URI [members=URI ...] [without=STEP,STEP].
# Prints a line of JSON for each step, the same lines whatever is between the driver and the server.
require 'mongo'
require 'json'
require 'digest'
require 'securerandom'
require 'stringio'

# Debian's driver is older than its Ruby, which has no URI.decode any more.
def URI.decode(text)
  decode_www_form_component(text)
end

URIS = ARGV.to_h { |argument| argument.split('=', 2) }
WITHOUT = (URIS['without'] || '').split(',')
DATABASE = 'scenario_ruby'
OPTIONS = { app_name: 'ruby-scenario', max_pool_size: 50, wait_queue_timeout: 20, server_selection_timeout: 10, retry_writes: true }.freeze
# Cursors that are left to the garbage collector complain from a finalizer on Ruby 3.
$VERBOSE = nil
Mongo::Logger.logger.level = Logger::FATAL

def say(line)
  puts JSON.generate(line)
end

def step(name)
  return if WITHOUT.include?(name)

  say(step: name, ok: true, saw: yield)
rescue StandardError => e
  say(step: name, ok: false, saw: "#{e.class}: #{e.message}")
end

def cannot(name, reason)
  say(step: name, skipped: reason)
end

# What a failed operation says, without what differs from run to run.
def failure
  yield
  'no error'
rescue Mongo::Error => e
  { name: e.class.name, code: e.message[/\((\d+)\)/, 1] }
end

def another(uri, options = {})
  own = Mongo::Client.new(uri, OPTIONS.merge(options).merge(database: DATABASE))
  yield own
ensure
  own&.close
end

def with_options(uri, options)
  uri + (uri.include?('?') ? '&' : '?') + options
end

db = Mongo::Client.new(URIS['main'], OPTIONS.merge(database: DATABASE))

step('connect') do
  db.database.drop
  db.use('admin').command(ping: 1).first['ok']
end

step('crud') do
  people = db[:people]
  people.insert_many([{ _id: 1, name: 'Ada', born: 1815, tags: ['maths'] }, { _id: 2, name: 'Grace', born: 1906 }])
  updated = people.update_many({ born: { '$gt' => 1900 } }, { '$set' => { modern: true } })
  pushed = people.find_one_and_update({ _id: 1 }, { '$push' => { tags: 'engines' } }, return_document: :after)
  replaced = people.replace_one({ _id: 9 }, { name: 'Alan' }, upsert: true)
  deleted = people.delete_one(_id: 2)
  { updated: [updated.matched_count, updated.modified_count], pushed: pushed['tags'], replaced: replaced.upserted_id,
    deleted: deleted.deleted_count, left: people.find.sort(_id: 1).to_a, names: people.distinct('name').sort }
end

step('bulk') do
  db[:bulk].insert_one(_id: 5)
  work = [{ insert_one: { _id: 4 } }, { insert_one: { _id: 5 } }, { insert_one: { _id: 6 } },
          { update_one: { filter: { _id: 4 }, update: { '$set' => { x: 1 } } } }, { delete_one: { filter: { _id: 6 } } }]
  outcome = lambda do |ordered|
    db[:bulk].bulk_write(work, ordered: ordered)
    'no error'
  rescue Mongo::Error::BulkWriteError => e
    [e.result['writeErrors'].map { |one| [one['index'], one['code']] }, e.result['n_inserted'], e.result['n_modified'], e.result['n_removed']]
  end
  ordered = outcome.call(true)
  { ordered: ordered, unordered: outcome.call(false), left: db[:bulk].find.sort(_id: 1).to_a }
end

step('aggregate') do
  db[:sales].insert_many(Array.new(30) { |i| { _id: i, shop: 'abc'[i % 3], items: [i, i + 1] } })
  db[:sales].aggregate([{ '$unwind' => '$items' }, { '$group' => { _id: '$shop', sum: { '$sum' => '$items' } } },
                        { '$sort' => { _id: 1 } }]).to_a
end

step('indexes') do
  name = db[:users].indexes.create_one({ mail: 1 }, unique: true).documents.first['ok']
  second = failure { db[:users].insert_many([{ mail: 'a' }, { mail: 'a' }]) }
  all = db[:users].indexes.map { |index| index['name'] }.sort
  db[:users].indexes.drop_one('mail_1')
  { name: name, second: second, all: all, left: db[:users].indexes.count }
end

step('cursors') do
  db[:numbers].insert_many(Array.new(1000) { |i| { _id: i, square: i * i } })
  place = 0
  db[:numbers].find.sort(_id: 1).batch_size(50).each do |document|
    raise "document #{document['_id']} came at place #{place}" unless document['_id'] == place

    place += 1
  end
  several = Array.new(8) { |i| db[:numbers].find('_id' => { '$mod' => [8, i] }).sort(_id: 1).batch_size(10).to_enum }
  counts = Array.new(8, 0)
  until several.compact.empty?
    several.each_with_index do |one, i|
      next unless one

      raise "cursor #{i} saw another's document" unless one.next['_id'] % 8 == i

      counts[i] += 1
    rescue StopIteration
      several[i] = nil
    end
  end
  db[:numbers].find.batch_size(10).each { break }
  { count: place, counts: counts,
    unknown: failure { db.database.command(getMore: BSON::Int64.new(1_234_567_890_123_456_789), collection: 'numbers') } }
end

step('tailable') do
  db.database.command(create: 'log', capped: true, size: 100_000)
  db[:log].insert_many([{ _id: 1 }, { _id: 2 }])
  tail = db[:log].find({}, cursor_type: :tailable_await, max_await_time_ms: 2000).to_enum
  seen = [tail.next['_id'], tail.next['_id']]
  later = Thread.new { sleep 0.2; db[:log].insert_one(_id: 3) }
  seen << tail.next['_id']
  later.join
  seen
end

step('gridfs') do
  bytes = SecureRandom.bytes(1_000_000)
  bucket = db.database.fs(fs_name: 'files', chunk_size: 64 * 1024)
  id = bucket.upload_from_stream('one.bin', StringIO.new(bytes))
  back = StringIO.new(''.b)
  bucket.download_to_stream(id, back)
  bucket.delete(id)
  { same: Digest::SHA256.digest(back.string) == Digest::SHA256.digest(bytes), chunks: db['files.chunks'].find.to_a.length }
end

step('big') do
  bytes = SecureRandom.bytes(12 * 1024 * 1024)
  db[:big].insert_one(_id: 1, bytes: BSON::Binary.new(bytes))
  back = db[:big].find(_id: 1).first['bytes'].data
  { length: back.length, same: Digest::SHA256.digest(back) == Digest::SHA256.digest(bytes) }
end

step('types') do
  document = BSON::Document.new(
    '_id' => BSON::ObjectId.from_string('65f0c0ffee65f0c0ffee65f0'), 'double' => 1.5, 'infinity' => -Float::INFINITY,
    'text' => "Grüße, 世界 \u0000 😀", 'document' => { 'a' => { 'b' => [] } }, 'array' => [1, 'two', nil, [3]],
    'binary' => BSON::Binary.new("\x00\xff".b, :user), 'uuid' => BSON::Binary.new(['3b241101e2bb42558caf4136c566a962'].pack('H*'), :uuid),
    'yes' => true, 'no' => false, 'date' => Time.at(-1, 999_000).utc, 'none' => nil, 'regex' => BSON::Regexp::Raw.new('^a.*b$', 'i'),
    'code' => BSON::Code.new('f()'), 'scoped' => BSON::CodeWithScope.new('f(x)', 'x' => 1), 'int' => -7,
    'timestamp' => BSON::Timestamp.new(5, 6), 'long' => -9_223_372_036_854_775_808, 'decimal' => BSON::Decimal128.new('1.20E+3'),
    'least' => BSON::MinKey.new, 'most' => BSON::MaxKey.new
  )
  db[:types].insert_one(document)
  sent = document.to_bson.to_s
  { same: db[:types].find.first.to_bson.to_s == sent, length: sent.length }
end

step('sessions') do
  session = db.start_session(causal_consistency: true)
  counts = Array.new(5) do |i|
    db[:seen].insert_one({ _id: i }, session: session)
    db[:seen].find({}, session: session).to_a.length
  end
  { counts: counts, causal: !session.operation_time.nil? && !session.cluster_time.nil? }
end

cannot('transactions', 'this Ruby driver (2.5) is older than transactions')

step('unacknowledged') do
  db[:loose, write: { w: 0 }].insert_one(_id: 1)
  Array.new(1000) { |i| i }.any? { db[:loose].find.first } ? 'seen' : 'never seen'
end

step('errors') do
  { command: failure { db.database.command(noSuchCommand: 1) },
    operator: failure { db[:people].find(a: { '$foo' => 1 }).to_a },
    stage: failure { db[:people].aggregate([{ '$noSuchStage' => {} }]).to_a },
    duplicate: failure { db[:people].insert_one(_id: 1) },
    namespace: failure { db.database.command(find: 7) } }
end

# A server with fail points is slow by one; another has enough to do.
step('maxTimeMS') do
  failure do
    db.use('admin').command(configureFailPoint: 'failCommand', mode: { times: 1 },
                            data: { failCommands: ['aggregate'], blockConnection: true, blockTimeMS: 1000 })
  end
  failure do
    db[:numbers].aggregate([{ '$lookup' => { from: 'numbers', pipeline: [], as: 'all' } }, { '$unwind' => '$all' },
                            { '$group' => { _id: nil, n: { '$sum' => '$all.square' } } }], max_time_ms: 20).to_a
  end
end

step('retries') do
  once = lambda do |commands, data|
    db.use('admin').command(configureFailPoint: 'failCommand', mode: { times: 1 }, data: { failCommands: commands }.merge(data))
  end
  once.call(['insert'], closeConnection: true)
  db[:retried].insert_one(_id: 1)
  once.call(['find'], closeConnection: true)
  first = db[:retried].find(_id: 1).first
  once.call(['insert'], errorCode: 8000)
  { first: first, plain: failure { db[:retried].insert_one(_id: 3) }, count: db[:retried].find.to_a.length }
end

step('preferences') do
  seen = {}
  %w[east west north].each do |dc|
    another(URIS['members'], read: { mode: :nearest, tag_sets: [{ 'dc' => dc }] }) do |members|
      seen[dc] = members.database.command({ serverStatus: 1 }, read: { mode: :nearest, tag_sets: [{ 'dc' => dc }] }).first['host']
    end
  end
  seen
end

step('changes') do
  db.database.command(create: 'watched')
  stream = db[:watched].watch([], max_await_time_ms: 2000).to_enum
  later = Thread.new { sleep 0.3; db[:watched].insert_one(_id: 1) }
  event = stream.next
  later.join
  [event['operationType'], event['documentKey']]
end

reach = lambda do |uri, options = {}|
  another(uri, options) do |own|
    own[:apart].insert_many(Array.new(30) { |i| { _id: i, text: 'weir ' * 1000 } })
    read = own[:apart].find.batch_size(7).to_a.length
    own[:apart].drop
    read
  end
end

step('compression') { reach.call(with_options(URIS['main'], 'compressors=zlib')) }
step('replicaSet') { reach.call(URIS['replicaSet']) }
cannot('loadBalanced', 'this Ruby driver (2.5) is older than load balancing')
step('direct') { reach.call(with_options(URIS['main'], 'connect=direct')) }
cannot('stableApi', 'this Ruby driver (2.5) is older than the stable API')

step('many') do
  threads = Array.new(100) do |i|
    Thread.new do
      db[:busy].insert_one(_id: i, owner: i)
      5.times do |n|
        seen = db[:busy].find_one_and_update({ _id: i }, { '$inc' => { n: 1 } }, return_document: :after)
        raise "client #{i} saw #{seen}" unless seen['owner'] == i && seen['n'] == n + 1
      end
      db[:busy].find(_id: i).first['n']
    end
  end
  threads.sum(&:value)
end

step('close') do
  db.database.drop
  db.close
  'closed'
end
