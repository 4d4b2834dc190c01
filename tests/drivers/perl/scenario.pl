# The common scenario, by Perl's driver: scenario.pl main=URI [members=URI ...] [without=STEP,STEP].
# Prints a line of JSON for each step, the same lines whatever is between the driver and the server.
use strict;
use warnings;
use utf8;
use BSON::Types ':all';
use Digest::SHA 'sha256_hex';
use JSON::PP;
use MongoDB;

my %uris = map { split /=/, $_, 2 } @ARGV;
my %without = map { $_ => 1 } split /,/, $uris{without} // '';
my $json = JSON::PP->new->canonical->allow_nonref->allow_blessed->convert_blessed->utf8;
my $database = 'scenario_perl';
$| = 1;

sub say_line { print $json->encode({@_}), "\n" }

sub step {
    my ($name, $body) = @_;
    return if $without{$name};
    my $saw = eval { $body->() };
    $@ ? say_line(step => $name, ok => JSON::PP::false, saw => "$@") : say_line(step => $name, ok => JSON::PP::true, saw => $saw);
}

sub truth { $_[0] ? JSON::PP::true : JSON::PP::false }

sub cannot { my ($name, $reason) = @_; say_line(step => $name, skipped => $reason) }

# What a failed operation says, without what differs from run to run.
sub failure {
    my ($body) = @_;
    eval { $body->(); 1 } and return 'no error';
    my $error = $@;
    return { name => ref $error || "$error", code => scalar(eval { $error->result->last_code } // eval { $error->code }) };
}

sub client {
    my ($uri, %options) = @_;
    MongoDB->connect($uri, { app_name => 'perl-scenario', server_selection_timeout_ms => 10_000, %options });
}

my $client = client($uris{main});
my $db = $client->ns("$database.none")->database;
my $c = sub { $db->coll($_[0]) };

step connect => sub {
    $db->drop;
    $client->send_admin_command([ping => 1])->output->{ok};
};

step crud => sub {
    my $people = $c->('people');
    $people->insert_many([{ _id => 1, name => 'Ada', born => 1815, tags => ['maths'] }, { _id => 2, name => 'Grace', born => 1906 }]);
    my $updated = $people->update_many({ born => { '$gt' => 1900 } }, { '$set' => { modern => bson_bool(1) } });
    my $pushed = $people->find_one_and_update({ _id => 1 }, { '$push' => { tags => 'engines' } }, { returnDocument => 'after' });
    my $replaced = $people->replace_one({ _id => 9 }, { name => 'Alan' }, { upsert => 1 });
    my $deleted = $people->delete_one({ _id => 2 });
    return { updated => [$updated->matched_count, $updated->modified_count], pushed => $pushed->{tags},
        replaced => $replaced->upserted_id, deleted => $deleted->deleted_count,
        left => [$people->find({}, { sort => [_id => 1] })->all], count => $people->count_documents({}),
        names => [sort $people->distinct('name')->all] };
};

step bulk => sub {
    my $bulk = $c->('bulk');
    $bulk->insert_many([{ _id => 5 }, { _id => 7 }]);
    my $outcome = sub {
        my ($ordered) = @_;
        eval {
            # Unordered, this driver sends kinds of writes in any order: they have nothing to do with each other.
            $bulk->bulk_write([insert_one => [{ _id => 4 }], insert_one => [{ _id => 5 }], insert_one => [{ _id => 6 }],
                update_one => [{ _id => 5 }, { '$set' => { x => 1 } }], delete_one => [{ _id => 7 }]], { ordered => $ordered });
            1;
        } and return 'no error';
        my $result = $@->result;
        return [[map { [$_->{index}, $_->{code}] } @{ $result->write_errors }],
            $result->inserted_count, $result->modified_count, $result->deleted_count];
    };
    return { ordered => $outcome->(1), unordered => $outcome->(0), left => [$bulk->find({}, { sort => [_id => 1] })->all] };
};

step aggregate => sub {
    $c->('sales')->insert_many([map { { _id => $_, shop => substr('abc', $_ % 3, 1), items => [$_, $_ + 1] } } 0 .. 29]);
    return [$c->('sales')->aggregate([{ '$unwind' => '$items' }, { '$group' => { _id => '$shop', sum => { '$sum' => '$items' } } },
        { '$sort' => { _id => 1 } }])->all];
};

step indexes => sub {
    my $users = $c->('users');
    my $name = $users->indexes->create_one([mail => 1], { unique => 1 });
    my $second = failure(sub { $users->insert_many([{ mail => 'a' }, { mail => 'a' }]) });
    my @all = sort map { $_->{name} } $users->indexes->list->all;
    $users->indexes->drop_one($name);
    return { name => $name, second => $second, all => \@all, left => scalar($users->indexes->list->all) };
};

step cursors => sub {
    my $numbers = $c->('numbers');
    $numbers->insert_many([map { { _id => $_, square => $_ * $_ } } 0 .. 999]);
    my $place = 0;
    my $all = $numbers->find({}, { sort => [_id => 1], batchSize => 50 })->result;
    while (my $document = $all->next) { $document->{_id} == $place++ or die "document $document->{_id} out of place" }
    my @several = map { $numbers->find({ _id => { '$mod' => [8, $_] } }, { sort => [_id => 1], batchSize => 10 })->result } 0 .. 7;
    my @counts = (0) x 8;
    for (my $open = 1; $open;) {
        $open = 0;
        for my $i (0 .. 7) {
            my $document = $several[$i]->next or next;
            $document->{_id} % 8 == $i or die "cursor $i saw document $document->{_id}";
            $counts[$i]++;
            $open = 1;
        }
    }
    { my $early = $numbers->find({}, { batchSize => 10 })->result; $early->next; }
    return { count => $place, counts => \@counts,
        unknown => failure(sub { $db->run_command([getMore => bson_int64('1234567890123456789'), collection => 'numbers']) }) };
};

step tailable => sub {
    $db->run_command([create => 'log', capped => bson_bool(1), size => 100_000]);
    $c->('log')->insert_many([{ _id => 1 }, { _id => 2 }]);
    my $tail = $c->('log')->find({}, { cursorType => 'tailable_await', maxAwaitTimeMS => 50 })->result;
    my @seen = ($tail->next->{_id}, $tail->next->{_id});
    $tail->next and die 'there is no third yet';
    $c->('log')->insert_one({ _id => 3 });
    for (1 .. 100) { my $next = $tail->next or next; push @seen, $next->{_id}; last }
    return \@seen;
};

step gridfs => sub {
    my $bytes = join '', map { chr int rand 256 } 1 .. 200_000;
    my $bucket = $db->gfs({ bucket_name => 'files', chunk_size_bytes => 64 * 1024 });
    open my $in, '<', \$bytes or die $!;
    my $id = $bucket->upload_from_stream('one.bin', $in);
    my $back = do { local $/; my $stream = $bucket->open_download_stream($id); $stream->readline };
    $bucket->delete($id);
    return { same => truth(sha256_hex($back) eq sha256_hex($bytes)), chunks => $c->('files.chunks')->count_documents({}) };
};

step big => sub {
    my $bytes = pack('L*', map { int rand 2**32 } 1 .. 256) x (12 * 1024);
    $c->('big')->insert_one({ _id => 1, bytes => bson_bytes($bytes) });
    my $back = $c->('big')->find_one({ _id => 1 })->{bytes}->data;
    return { length => length $back, same => truth(sha256_hex($back) eq sha256_hex($bytes)) };
};

step types => sub {
    my $document = bson_doc(_id => bson_oid('65f0c0ffee65f0c0ffee65f0'), double => bson_double(1.5), infinity => bson_double(-9**9**9),
        text => bson_string("Grüße, 世界 \0 😀"), document => { a => { b => [] } }, array => [1, 'two', undef, [3]],
        binary => bson_bytes("\0\xff", 128), uuid => bson_bytes(pack('H*', '3b241101e2bb42558caf4136c566a962'), 4), yes => bson_bool(1),
        date => bson_time(-0.001), none => undef, regex => bson_regex('^a.*b$', 'i'), code => bson_code('f()'),
        scoped => bson_code('f(x)', { x => 1 }), int => bson_int32(-7), timestamp => bson_timestamp(5, 6),
        long => bson_int64('-9223372036854775808'), decimal => bson_decimal128('1.20E+3'), least => bson_minkey(), most => bson_maxkey());
    $c->('types')->insert_one($document);
    my $codec = BSON->new(ordered => 1, wrap_numbers => 1, wrap_strings => 1, wrap_dbrefs => 1);
    my $sent = $codec->encode_one($document);
    my $back = $codec->encode_one($c->('types')->with_codec(ordered => 1, wrap_numbers => 1, wrap_strings => 1)->find_one({}));
    return { same => truth($back eq $sent), length => length $sent };
};

step sessions => sub {
    my $session = $client->start_session({ causalConsistency => 1 });
    my @counts;
    for my $i (0 .. 4) {
        $c->('seen')->insert_one({ _id => $i }, { session => $session });
        push @counts, $c->('seen')->count_documents({}, { session => $session });
    }
    return { counts => \@counts, causal => truth(defined $session->operation_time && defined $session->cluster_time) };
};

step transactions => sub {
    my $accounts = $c->('accounts');
    $accounts->insert_many([{ _id => 'a', sum => 10 }, { _id => 'b', sum => 0 }]);
    my $session = $client->start_session;
    # The driver takes the session out of the options that it is given.
    my %in = (session => $session);
    my $add = sub { $accounts->update_one({ _id => $_[0] }, { '$inc' => { sum => $_[1] } }, { %in }) };
    $session->start_transaction;
    $add->('a', -4);
    $add->('b', 4);
    $session->commit_transaction;
    $session->start_transaction;
    $add->('a', 1000);
    my $outside = $accounts->find_one({ _id => 'a' })->{sum};
    $session->abort_transaction;
    $session->start_transaction;
    $accounts->insert_one({ _id => 'c' }, { %in });
    my $middle = failure(sub { $accounts->insert_one({ _id => 'a' }, { %in }) });
    my $afterwards = failure(sub { $accounts->find_one({}, {}, { %in }) });
    my $commit = failure(sub { $session->commit_transaction });
    # This driver does not count on after a commit that failed.
    %in = (session => $session = $client->start_session);
    $session->start_transaction;
    $accounts->insert_one({ _id => 'd' }, { %in });
    $session->commit_transaction;
    $session->commit_transaction;
    return { outside => $outside, middle => $middle, afterwards => $afterwards, commit => $commit,
        after => [$accounts->find({}, { sort => [_id => 1] })->all] };
};

cannot('unacknowledged', "Perl's driver sends OP_INSERT, which servers since MongoDB 5.1 do not take");

step errors => sub {
    return { command => failure(sub { $db->run_command([noSuchCommand => 1]) }),
        operator => failure(sub { $c->('people')->find({ a => { '$foo' => 1 } })->all }),
        stage => failure(sub { $c->('people')->aggregate([{ '$noSuchStage' => {} }])->all }),
        duplicate => failure(sub { $c->('people')->insert_one({ _id => 1 }) }),
        namespace => failure(sub { $db->run_command([find => 7]) }) };
};

# A server with fail points is slow by one; another has enough to do.
step maxTimeMS => sub {
    failure(sub { $client->send_admin_command([configureFailPoint => 'failCommand', mode => { times => 1 },
        data => { failCommands => ['aggregate'], blockConnection => bson_bool(1), blockTimeMS => 1000 }]) });
    return failure(sub { $c->('numbers')->aggregate([{ '$lookup' => { from => 'numbers', pipeline => [], as => 'all' } }, { '$unwind' => '$all' },
        { '$group' => { _id => undef, n => { '$sum' => '$all.square' } } }], { maxTimeMS => 20 })->all });
};

step retries => sub {
    my $once = sub {
        my ($command, %data) = @_;
        $client->send_admin_command([configureFailPoint => 'failCommand', mode => { times => 1 }, data => { failCommands => [$command], %data }]);
    };
    my $retried = $c->('retried');
    $once->('insert', errorCode => 91, errorLabels => ['RetryableWriteError']);
    $retried->insert_one({ _id => 1 });
    $once->('insert', closeConnection => bson_bool(1));
    $retried->insert_one({ _id => 2 });
    $once->('find', errorCode => 10107);
    my $first = $retried->find_one({ _id => 1 });
    $once->('find', closeConnection => bson_bool(1));
    my $second = $retried->find_one({ _id => 2 });
    $once->('insert', errorCode => 8000);
    return { first => $first, second => $second, plain => failure(sub { $retried->insert_one({ _id => 3 }) }),
        count => $retried->count_documents({}) };
};

step preferences => sub {
    my %seen;
    for my $dc (qw(east west north)) {
        my $members = client($uris{members}, read_pref_mode => 'nearest', read_pref_tag_sets => [{ dc => $dc }]);
        $seen{$dc} = $members->ns('admin.none')->database->run_command([serverStatus => 1],
            { mode => 'nearest', tag_sets => [{ dc => $dc }] })->{host};
        $members->disconnect;
    }
    return \%seen;
};

step changes => sub {
    $db->run_command([create => 'watched']);
    my $stream = $c->('watched')->watch([], { maxAwaitTimeMS => 100 });
    $c->('watched')->insert_one({ _id => 1 });
    for (1 .. 100) { my $event = $stream->next or next; return [$event->{operationType}, $event->{documentKey}] }
    return 'nothing came';
};

sub reach {
    my ($uri, %options) = @_;
    my $own = client($uri, %options);
    my $apart = $own->ns("$database.apart");
    $apart->insert_many([map { { _id => $_, text => 'weir ' x 1000 } } 0 .. 29]);
    my $read = scalar(my @all = $apart->find({}, { batchSize => 7 })->all);
    $apart->drop;
    $own->disconnect;
    return $read;
}

step compression => sub { reach($uris{main}, compressors => ['zlib']) };
step replicaSet => sub { reach($uris{replicaSet}) };
cannot('loadBalanced', "Perl's driver is older than load balancing");
step direct => sub { my $uri = $uris{main}; reach($uri, connect_type => 'direct') };
cannot('stableApi', "Perl's driver is older than the stable API");
cannot('many', "Perl's driver has one connection to a server and does one thing at a time");

step close => sub {
    $db->drop;
    $client->disconnect;
    return 'closed';
};
