<?php
// The common scenario, by PHP's driver, which is libmongoc: scenario.php main=URI [members=URI ...] [without=STEP,STEP].
// Prints a line of JSON for each step, the same lines whatever is between the driver and the server.
use MongoDB\BSON;
use MongoDB\Driver\{BulkWrite, Command, Manager, Query, ReadConcern, ReadPreference, ServerApi, Session, WriteConcern};
use MongoDB\Driver\Exception\{BulkWriteException, Exception as DriverException, RuntimeException};

const DATABASE = 'scenario_php';
$uris = [];
foreach (array_slice($argv, 1) as $argument) {
    [$name, $value] = explode('=', $argument, 2);
    $uris[$name] = $value;
}
$without = explode(',', $uris['without'] ?? '');

function step(string $name, callable $body): void {
    global $without;
    if (in_array($name, $without)) return;
    try {
        say(['step' => $name, 'ok' => true, 'saw' => $body()]);
    } catch (Throwable $error) {
        say(['step' => $name, 'ok' => false, 'saw' => get_class($error) . ': ' . $error->getMessage()]);
    }
}

function cannot(string $name, string $reason): void { say(['step' => $name, 'skipped' => $reason]); }
function say(array $line): void { echo json_encode($line), "\n"; }

/** What a failed operation says, without what differs from run to run. */
function failure(callable $operation): mixed {
    try {
        $operation();
        return 'no error';
    } catch (DriverException $error) {
        $labels = ['TransientTransactionError', 'RetryableWriteError', 'UnknownTransactionCommitResult'];
        return ['name' => get_class($error), 'code' => $error->getCode(), 'labels' =>
            array_values(array_filter($labels, fn($label) => $error instanceof RuntimeException && $error->hasErrorLabel($label)))];
    }
}

function connect(string $uri, array $driver = [], array $options = []): Manager {
    // Clients of the same string and options share connections; a number of its own keeps them apart.
    static $number = 0;
    return new Manager($uri, ['appname' => 'php-scenario-' . ++$number, 'serverSelectionTimeoutMS' => 10000] + $options, $driver);
}

$client = connect($uris['main']);
$all = fn($cursor) => json_decode(json_encode($cursor->toArray()), true);
$find = fn(string $in, array $filter = [], array $options = [], array $more = [], ?Manager $by = null) =>
    ($by ?? $client)->executeQuery(DATABASE . ".$in", new Query($filter, $options), $more);
$write = function (string $in, callable $fill, array $options = [], array $more = [], ?Manager $by = null) use ($client) {
    $bulk = new BulkWrite($options);
    $fill($bulk);
    return ($by ?? $client)->executeBulkWrite(DATABASE . ".$in", $bulk, $more);
};
$insert = fn(string $in, array $documents, array $more = [], ?Manager $by = null) =>
    $write($in, fn($bulk) => array_map([$bulk, 'insert'], $documents), [], $more, $by);
$run = fn(array $command, string $database = DATABASE, array $more = [], ?Manager $by = null) =>
    ($by ?? $client)->executeCommand($database, new Command($command), $more);
$count = fn(string $in, array $more = []) => $run(['aggregate' => $in, 'pipeline' => [['$count' => 'n']], 'cursor' => new stdClass], DATABASE, $more)->toArray()[0]->n ?? 0;
$numbers = fn(int $count, callable $make) => array_map($make, range(0, $count - 1));

step('connect', function () use ($run) {
    $run(['dropDatabase' => 1]);
    return $run(['ping' => 1], 'admin')->toArray()[0]->ok;
});

step('crud', function () use ($insert, $write, $find, $run, $all, $count) {
    $insert('people', [['_id' => 1, 'name' => 'Ada', 'born' => 1815, 'tags' => ['maths']],
        ['_id' => 2, 'name' => 'Grace', 'born' => 1906], ['_id' => 3, 'name' => 'Edsger', 'born' => 1930]]);
    $done = $write('people', function ($bulk) {
        $bulk->update(['born' => ['$gt' => 1900]], ['$set' => ['modern' => true]], ['multi' => true]);
        $bulk->update(['_id' => 9], ['name' => 'Alan'], ['upsert' => true]);
        $bulk->delete(['_id' => 3], ['limit' => 1]);
    });
    $pushed = $run(['findAndModify' => 'people', 'query' => ['_id' => 1], 'update' => ['$push' => ['tags' => 'engines']], 'new' => true])->toArray()[0];
    return ['done' => [$done->getMatchedCount(), $done->getModifiedCount(), $done->getUpsertedIds(), $done->getDeletedCount()],
        'pushed' => $pushed->value->tags, 'left' => $all($find('people', [], ['sort' => ['_id' => 1]])), 'count' => $count('people'),
        'names' => $run(['distinct' => 'people', 'key' => 'name', 'query' => new stdClass])->toArray()[0]->values];
});

step('bulk', function () use ($insert, $write, $find, $all) {
    $insert('bulk', [['_id' => 5]]);
    $outcome = function (bool $ordered) use ($write) {
        try {
            $write('bulk', function ($bulk) {
                foreach ([4, 5, 6] as $id) $bulk->insert(['_id' => $id]);
                $bulk->update(['_id' => 4], ['$set' => ['x' => 1]]);
                $bulk->delete(['_id' => 6]);
            }, ['ordered' => $ordered]);
            return 'no error';
        } catch (BulkWriteException $error) {
            $result = $error->getWriteResult();
            return [array_map(fn($one) => [$one->getIndex(), $one->getCode()], $result->getWriteErrors()),
                $result->getInsertedCount(), $result->getModifiedCount(), $result->getDeletedCount()];
        }
    };
    return ['ordered' => $outcome(true), 'unordered' => $outcome(false), 'left' => $all($find('bulk', [], ['sort' => ['_id' => 1]]))];
});

step('aggregate', function () use ($insert, $run, $all, $numbers, $count) {
    $insert('sales', $numbers(30, fn($i) => ['_id' => $i, 'shop' => 'abc'[$i % 3], 'items' => [$i, $i + 1]]));
    $groups = $run(['aggregate' => 'sales', 'cursor' => new stdClass, 'pipeline' => [['$match' => ['_id' => ['$gte' => 3]]], ['$unwind' => '$items'],
        ['$group' => ['_id' => '$shop', 'sum' => ['$sum' => '$items'], 'most' => ['$max' => '$items']]], ['$sort' => ['_id' => 1]]]]);
    $run(['aggregate' => 'sales', 'pipeline' => [['$match' => ['shop' => 'a']], ['$out' => 'shopA']], 'cursor' => new stdClass]);
    return ['groups' => $all($groups), 'out' => $count('shopA')];
});

step('indexes', function () use ($run, $insert) {
    $run(['createIndexes' => 'users', 'indexes' => [['key' => ['mail' => 1], 'name' => 'mail_1', 'unique' => true]]]);
    $second = failure(fn() => $insert('users', [['mail' => 'a'], ['mail' => 'a']]));
    $names = fn() => array_map(fn($index) => $index->name, $run(['listIndexes' => 'users'])->toArray());
    $before = $names();
    $run(['dropIndexes' => 'users', 'index' => 'mail_1']);
    return ['second' => $second, 'before' => $before, 'after' => $names()];
});

step('cursors', function () use ($insert, $find, $numbers, $run) {
    $insert('numbers', $numbers(1000, fn($i) => ['_id' => $i, 'square' => $i * $i]));
    $place = 0;
    foreach ($find('numbers', [], ['batchSize' => 50, 'sort' => ['_id' => 1]]) as $document) {
        if ($document->_id !== $place++) throw new Exception("document {$document->_id} came at place $place");
    }
    $several = $numbers(8, fn($i) => new IteratorIterator($find('numbers', ['_id' => ['$mod' => [8, $i]]], ['batchSize' => 10, 'sort' => ['_id' => 1]])));
    foreach ($several as $one) $one->rewind();
    $counts = array_fill(0, 8, 0);
    for ($open = true; $open;) {
        $open = false;
        foreach ($several as $i => $one) {
            if (!$one->valid()) continue;
            if ($one->current()->_id % 8 !== $i) throw new Exception("cursor $i saw document {$one->current()->_id}");
            $counts[$i]++;
            $one->next();
            $open = true;
        }
    }
    $early = $find('numbers', [], ['batchSize' => 10]);
    foreach ($early as $_) break;
    unset($early);
    return ['count' => $place, 'counts' => $counts,
        'unknown' => failure(fn() => $run(['getMore' => 1234567890123456789, 'collection' => 'numbers']))];
});

step('tailable', function () use ($run, $insert, $find) {
    $run(['create' => 'log', 'capped' => true, 'size' => 100000]);
    $insert('log', [['_id' => 1], ['_id' => 2]]);
    $tail = new IteratorIterator($find('log', [], ['tailable' => true, 'awaitData' => true, 'maxAwaitTimeMS' => 50]));
    $tail->rewind();
    $seen = [$tail->current()->_id];
    $tail->next();
    $seen[] = $tail->current()->_id;
    $tail->next();
    $insert('log', [['_id' => 3]]);
    for ($tries = 0; $tries < 100 && !$tail->valid(); $tries++) $tail->next();
    return [...$seen, $tail->current()->_id];
});

cannot('gridfs', "PHP's extension has no GridFS; its library does");

step('big', function () use ($insert, $find, $numbers) {
    $bytes = random_bytes(12 * 1024 * 1024);
    $insert('big', [['_id' => 1, 'bytes' => new BSON\Binary($bytes, 0)]]);
    $back = $find('big', ['_id' => 1])->toArray()[0]->bytes->getData();
    $many = $numbers(3, fn($i) => random_bytes(3 * 1024 * 1024));
    $insert('big', array_map(fn($i) => ['_id' => 10 + $i, 'bytes' => new BSON\Binary($many[$i], 0)], array_keys($many)));
    $same = 0;
    foreach ($find('big', ['_id' => ['$gte' => 10]]) as $one) {
        if (hash('sha256', $one->bytes->getData()) === hash('sha256', $many[$one->_id - 10])) $same++;
    }
    return ['length' => strlen($back), 'one' => hash('sha256', $back) === hash('sha256', $bytes), 'same' => $same];
});

step('types', function () use ($insert, $find) {
    $document = ['_id' => new BSON\ObjectId('65f0c0ffee65f0c0ffee65f0'), 'double' => 1.5, 'infinity' => -INF, 'negative' => -0.0,
        'text' => "Grüße, 世界 \0 😀", 'document' => ['a' => ['b' => []]], 'array' => [1, 'two', null, [3]],
        'binary' => new BSON\Binary("\0\xff", 128), 'uuid' => new BSON\Binary(hex2bin('3b241101e2bb42558caf4136c566a962'), 4),
        'yes' => true, 'no' => false, 'date' => new BSON\UTCDateTime(-1), 'none' => null, 'regex' => new BSON\Regex('^a.*b$', 'i'),
        'code' => new BSON\Javascript('f()'), 'scoped' => new BSON\Javascript('f(x)', ['x' => 1]), 'int' => -7,
        'timestamp' => new BSON\Timestamp(6, 5), 'long' => PHP_INT_MIN, 'decimal' => new BSON\Decimal128('1.20E+3'),
        'least' => new BSON\MinKey, 'most' => new BSON\MaxKey];
    $insert('types', [$document]);
    $back = $find('types');
    $back->setTypeMap(['root' => 'array', 'document' => 'array', 'array' => 'array']);
    $sent = BSON\fromPHP($document);
    return ['same' => BSON\fromPHP($back->toArray()[0]) === $sent, 'length' => strlen($sent)];
});

step('sessions', function () use ($client, $insert, $count) {
    $session = $client->startSession(['causalConsistency' => true]);
    $counts = $numbers = [];
    for ($i = 0; $i < 5; $i++) {
        $insert('seen', [['_id' => $i]], ['session' => $session]);
        $counts[] = $count('seen', ['session' => $session]);
    }
    return ['counts' => $counts, 'causal' => $session->getOperationTime() !== null && $session->getClusterTime() !== null];
});

step('transactions', function () use ($client, $insert, $write, $find, $all) {
    $insert('accounts', [['_id' => 'a', 'sum' => 10], ['_id' => 'b', 'sum' => 0]]);
    $session = $client->startSession();
    $in = ['session' => $session];
    $add = fn($id, $sum) => $write('accounts', fn($bulk) => $bulk->update(['_id' => $id], ['$inc' => ['sum' => $sum]]), [], $in);
    $session->startTransaction();
    $add('a', -4);
    $add('b', 4);
    $session->commitTransaction();
    $session->startTransaction();
    $add('a', 1000);
    $outside = $find('accounts', ['_id' => 'a'])->toArray()[0]->sum;
    $inside = $find('accounts', ['_id' => 'a'], [], $in)->toArray()[0]->sum;
    $session->abortTransaction();
    $session->startTransaction();
    $insert('accounts', [['_id' => 'c']], $in);
    $middle = failure(fn() => $insert('accounts', [['_id' => 'a']], $in));
    $afterwards = failure(fn() => $find('accounts', [], [], $in)->toArray());
    $commit = failure(fn() => $session->commitTransaction());
    $session->startTransaction();
    $insert('accounts', [['_id' => 'd']], $in);
    $session->commitTransaction();
    $session->commitTransaction();
    return ['outside' => $outside, 'inside' => $inside, 'middle' => $middle, 'afterwards' => $afterwards, 'commit' => $commit,
        'after' => $all($find('accounts', [], ['sort' => ['_id' => 1]]))];
});

step('unacknowledged', function () use ($insert, $find) {
    $insert('loose', [['_id' => 1]], ['writeConcern' => new WriteConcern(0)]);
    for ($tries = 0; $tries < 1000; $tries++) if ($find('loose')->toArray()) return 'seen';
    return 'never seen';
});

step('errors', fn() => [
    'command' => failure(fn() => $run(['noSuchCommand' => 1])),
    'operator' => failure(fn() => $find('people', ['a' => ['$foo' => 1]])),
    'stage' => failure(fn() => $run(['aggregate' => 'people', 'pipeline' => [['$noSuchStage' => new stdClass]], 'cursor' => new stdClass])),
    'duplicate' => failure(fn() => $insert('people', [['_id' => 1]])),
    'namespace' => failure(fn() => $run(['find' => 7])),
]);

// A server with fail points is slow by one; another has enough to do.
step('maxTimeMS', function () use ($run) {
    failure(fn() => $run(['configureFailPoint' => 'failCommand', 'mode' => ['times' => 1],
        'data' => ['failCommands' => ['aggregate'], 'blockConnection' => true, 'blockTimeMS' => 1000]], 'admin'));
    return failure(fn() => $run(['aggregate' => 'numbers', 'maxTimeMS' => 20, 'cursor' => new stdClass, 'pipeline' => [
    ['$lookup' => ['from' => 'numbers', 'pipeline' => [], 'as' => 'all']], ['$unwind' => '$all'],
    ['$group' => ['_id' => null, 'n' => ['$sum' => '$all.square']]]]]));
});

step('retries', function () use ($client, $run, $insert, $find, $count) {
    $once = fn($command, $data) => $run(['configureFailPoint' => 'failCommand', 'mode' => ['times' => 1], 'data' => ['failCommands' => [$command]] + $data], 'admin');
    $once('insert', ['errorCode' => 91, 'errorLabels' => ['RetryableWriteError']]);
    $insert('retried', [['_id' => 1]]);
    $once('insert', ['closeConnection' => true]);
    $insert('retried', [['_id' => 2]]);
    $once('find', ['errorCode' => 10107]);
    $first = $find('retried', ['_id' => 1])->toArray();
    $once('find', ['closeConnection' => true]);
    $second = $find('retried', ['_id' => 2])->toArray();
    $once('insert', ['errorCode' => 8000]);
    $plain = failure(fn() => $insert('retried', [['_id' => 3]]));
    $once('insert', ['writeConcernError' => ['code' => 100, 'errmsg' => 'not enough']]);
    $concern = failure(fn() => $insert('retried', [['_id' => 4]]));
    $session = $client->startSession();
    $session->startTransaction();
    $insert('retried', [['_id' => 5]], ['session' => $session]);
    $once('commitTransaction', ['closeConnection' => true]);
    $session->commitTransaction();
    return ['first' => $first, 'second' => $second, 'plain' => $plain, 'concern' => $concern, 'count' => $count('retried')];
});

step('preferences', function () use ($run, $uris) {
    $members = connect($uris['members']);
    $who = fn($preference) => $run(['serverStatus' => 1], 'admin', ['readPreference' => $preference], $members)->toArray()[0]->host;
    $seen = [];
    foreach (['east', 'west', 'north'] as $dc) $seen[$dc] = $who(new ReadPreference('nearest', [['dc' => $dc]]));
    $seen['primary'] = $who(new ReadPreference('primary'));
    $seen['away'] = $who(new ReadPreference('secondary')) !== $seen['primary'];
    return $seen;
});

step('changes', function () use ($run, $insert) {
    $run(['create' => 'watched']);
    $watch = fn($options) => new IteratorIterator($run(['aggregate' => 'watched', 'cursor' => new stdClass,
        'pipeline' => [['$changeStream' => (object) $options]]]));
    $stream = $watch([]);
    $stream->rewind();
    $next = function ($stream) {
        for ($tries = 0; $tries < 100 && !$stream->valid(); $tries++) $stream->next();
        return $stream->current();
    };
    $insert('watched', [['_id' => 1]]);
    $first = $next($stream);
    $insert('watched', [['_id' => 2]]);
    $resumed = $watch(['resumeAfter' => $first->_id]);
    $resumed->rewind();
    $second = $next($resumed);
    return array_map(fn($event) => [$event->operationType, $event->documentKey->_id], [$first, $second]);
});

$apart = function (string $uri, array $driver = [], array $options = []) use ($insert, $find, $write) {
    $own = connect($uri, $driver, $options);
    $insert('apart', array_map(fn($i) => ['_id' => $i, 'text' => str_repeat('weir ', 1000)], range(0, 29)), [], $own);
    $read = count($find('apart', [], ['batchSize' => 7], [], $own)->toArray());
    $write('apart', fn($bulk) => $bulk->delete([]), [], [], $own);
    return $read;
};

step('compression', fn() => $apart($uris['main'], [], ['compressors' => 'zlib']));
step('replicaSet', fn() => $apart($uris['replicaSet']));
step('loadBalanced', fn() => $apart($uris['loadBalanced']));
step('direct', fn() => $apart($uris['main'], [], ['directConnection' => true]));

step('stableApi', function () use ($uris, $run, $insert, $find, $all) {
    $own = connect($uris['main'], ['serverApi' => new ServerApi('1', true, true)]);
    $insert('stable', [['_id' => 1]], [], $own);
    return ['found' => $all($find('stable', [], [], [], $own)), 'beyond' => failure(fn() => $run(['serverStatus' => 1], DATABASE, [], $own))];
});

cannot('many', 'a PHP process has one connection to a server and does one thing at a time');

step('close', function () use ($run) {
    $run(['dropDatabase' => 1]);
    return 'closed';
});
