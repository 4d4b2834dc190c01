using Weir.Pooling.Commands;
using Weir.Protocol.Bson;

namespace Weir.Destinations.Tests;

public sealed class CollectionTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_inserted_gets_an_id_and_is_found()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");
        var ann = new BsonDocument("name", "Ann");

        await people.InsertOneAsync(ann, cancellationToken: Token);

        Assert.True(ann["_id"].IsObjectId);
        Assert.Equal(ann, await people.FindOneAsync(new("name", "Ann"), cancellationToken: Token));
        Assert.Null(await people.FindOneAsync(new("name", "Bob"), cancellationToken: Token));
    }

    [Fact]
    public async Task A_key_that_is_there_already_is_told_with_the_place_of_the_write()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");
        BsonDocument[] documents = [new("_id", 1), new("_id", 2), new("_id", 1), new("_id", 3)];

        var ordered = await Assert.ThrowsAsync<WriteException>(() =>
            people.InsertManyAsync(documents, cancellationToken: Token)
        );
        await people.DeleteManyAsync([], cancellationToken: Token);
        var unordered = await Assert.ThrowsAsync<WriteException>(() =>
            people.InsertManyAsync(documents, ordered: false, cancellationToken: Token)
        );

        Assert.True(ordered.IsDuplicateKey);
        Assert.Equal((2, 2L), (Assert.Single(ordered.Failures).Index, ordered.Result.Inserted));
        Assert.Equal((2, 3L), (Assert.Single(unordered.Failures).Index, unordered.Result.Inserted));
        Assert.StartsWith("app.people: 1 write(s) failed", ordered.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Updates_replacements_and_deletes_say_what_they_did()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");
        await people.InsertManyAsync([new("_id", 1), new("_id", 2), new("_id", 3)], cancellationToken: Token);
        var older = new BsonDocument("$set", new BsonDocument("age", 40));

        var one = await people.UpdateOneAsync(new("_id", 1), older, cancellationToken: Token);
        var many = await people.UpdateManyAsync([], older, cancellationToken: Token);
        var fresh = await people.UpdateOneAsync(new("_id", 9), older, upsert: true, cancellationToken: Token);
        var swapped = await people.ReplaceOneAsync(
            new("_id", 2),
            new("name", "Bob"),
            cancellationToken: Token
        );
        var gone = await people.DeleteManyAsync(new("age", 40), cancellationToken: Token);

        Assert.Equal((1L, 1L), (one.Matched, one.Modified));
        Assert.Equal((3L, 2L), (many.Matched, many.Modified));
        Assert.Equal((0L, 9), (fresh.Matched, fresh.Upserted[0].AsInt32));
        Assert.Equal(1, swapped.Modified);
        Assert.Equal(3, gone.Deleted);
        Assert.Equal(1, await people.CountAsync([], cancellationToken: Token));
    }

    [Fact]
    public async Task An_update_without_operators_is_refused_before_it_is_sent()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");

        await Assert.ThrowsAsync<ArgumentException>(() =>
            people.UpdateOneAsync([], new BsonDocument("name", "Bob"), cancellationToken: Token)
        );
        await Assert.ThrowsAsync<ArgumentException>(() =>
            people.ReplaceOneAsync([], new BsonDocument("$set", 1), cancellationToken: Token)
        );
    }

    [Fact]
    public async Task Documents_are_read_in_batches_and_a_cursor_that_is_left_is_closed()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var numbers = lease.Collection("app", "numbers");
        await numbers.InsertManyAsync(
            Enumerable.Range(0, 100).Select(i => new BsonDocument("_id", i)),
            cancellationToken: Token
        );
        var options = new FindOptions { BatchSize = 10, Sort = new("_id", -1) };

        var all = await numbers.FindAsync([], options, cancellationToken: Token).CountAsync(Token);
        var getMores = stage.Received("getMore");
        await foreach (var document in numbers.FindAsync([], options, cancellationToken: Token))
        {
            Assert.Equal(99, document["_id"].AsInt32);
            Assert.Equal(1, stage.Sandbox.Members[0].OpenCursors);
            break;
        }

        Assert.Equal(100, all);
        Assert.InRange(getMores, 9, 10);
        Assert.Equal(0, stage.Sandbox.Members[0].OpenCursors);
    }

    [Fact]
    public async Task A_pipeline_is_read_and_one_that_writes_writes()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var numbers = lease.Collection("app", "numbers");
        await numbers.InsertManyAsync([new("_id", 1), new("_id", 2)], cancellationToken: Token);
        BsonArray doubled =
        [
            new BsonDocument(
                "$project",
                new BsonDocument("twice", new BsonDocument("$multiply", new BsonArray { "$_id", 2 }))
            ),
            new BsonDocument("$out", "doubled"),
        ];

        await numbers.AggregateAsync(doubled, cancellationToken: Token).CountAsync(Token);

        var second = await lease
            .Collection("app", "doubled")
            .FindOneAsync(new("_id", 2), cancellationToken: Token);
        Assert.Equal(4, second!["twice"].ToInt32());
    }

    [Fact]
    public async Task Writes_of_many_kinds_keep_their_order_or_are_put_together()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");
        Write[] writes =
        [
            Write.Insert(new("_id", 1)),
            Write.UpdateOne(new("_id", 1), new BsonDocument("$set", new BsonDocument("a", 1))),
            Write.Insert(new("_id", 2)),
            Write.DeleteOne(new("_id", 1)),
            Write.Insert(new("_id", 1)),
        ];

        var ordered = await people.BulkWriteAsync(writes, cancellationToken: Token);
        var commands = stage.Received("insert");
        var failed = await Assert.ThrowsAsync<WriteException>(() =>
            people.BulkWriteAsync(writes, ordered: false, cancellationToken: Token)
        );

        Assert.Equal((3L, 1L, 1L), (ordered.Inserted, ordered.Modified, ordered.Deleted));
        Assert.Equal(3, commands);
        Assert.Equal(4, stage.Received("insert"));
        Assert.Equal([0, 2, 4], failed.Failures.Select(f => f.Index));
        Assert.Equal((1L, 1L), (failed.Result.Modified, failed.Result.Deleted));
    }

    [Fact]
    public async Task What_does_not_fit_into_one_command_goes_in_several()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var large = new string('x', 1_000_000);

        var result = await lease
            .Collection("app", "large")
            .InsertManyAsync(
                Enumerable.Range(0, 40).Select(i => new BsonDocument { ["_id"] = i, ["text"] = large }),
                cancellationToken: Token
            );

        Assert.Equal(40, result.Inserted);
        Assert.Equal(3, stage.Received("insert"));
    }

    [Fact]
    public async Task A_document_is_found_updated_and_returned_at_once()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var counters = lease.Collection("app", "counters");
        var next = new BsonDocument("$inc", new BsonDocument("n", 1));
        var options = new FindAndUpdateOptions { Upsert = true, ReturnsUpdated = true };

        var first = await counters.FindOneAndUpdateAsync(
            new("_id", "a"),
            next,
            options,
            cancellationToken: Token
        );
        var second = await counters.FindOneAndUpdateAsync(new("_id", "a"), next, cancellationToken: Token);
        var none = await counters.FindOneAndUpdateAsync(new("_id", "b"), next, cancellationToken: Token);

        Assert.Equal((1, 1), (first!["n"].ToInt32(), second!["n"].ToInt32()));
        Assert.Null(none);
    }

    [Fact]
    public async Task Who_gives_up_is_not_kept()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        stage.Block();
        using var impatience = new CancellationTokenSource();
        var waiting = lease.RunCommandAsync("app", new("count", "people"), impatience.Token).AsTask();
        await stage.UntilBlockedAsync(1);

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        stage.Unblock();
        await lease.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Theory]
    [MemberData(nameof(Values))]
    public void The_size_of_a_document_is_what_it_takes(BsonDocument document) =>
        Assert.Equal(document.ToBytes().Length, BsonSize.Of(document));

    public static TheoryData<BsonDocument> Values =>
        [
            new BsonDocument(),
            new BsonDocument
            {
                ["a"] = 1,
                ["b"] = 2L,
                ["c"] = 1.5,
                ["d"] = true,
                ["e"] = BsonValue.Null,
            },
            new BsonDocument
            {
                ["ü"] = "ä€",
                ["id"] = ObjectId.New(),
                ["at"] = DateTime.UnixEpoch,
            },
            new BsonDocument { ["list"] = new BsonArray(Enumerable.Range(0, 120).Select(i => (BsonValue)i)) },
            new BsonDocument
            {
                ["binary"] = new BsonBinary(4, new byte[16]),
                ["regex"] = new BsonRegex("a+", "i"),
                ["time"] = new BsonTimestamp(1, 2),
                ["within"] = new BsonDocument("number", Decimal128.Parse("1.5")),
            },
        ];
}
