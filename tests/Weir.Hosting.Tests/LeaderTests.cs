using Microsoft.Extensions.Logging.Abstractions;
using Weir.Hosting.Leaders;
using Weir.Protocol.Bson;

namespace Weir.Hosting.Tests;

public sealed class LeaderTests
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_first_who_asks_leads_and_the_others_wait_until_it_gives_back()
    {
        await using var stage = await Stage.StartAsync();
        var (ann, bob) = (LeaderOf(stage), LeaderOf(stage));
        var first = await ann.AcquireAsync(Stage.Token);
        var waiting = bob.AcquireAsync(Stage.Token);
        await Stage.UntilAsync(
            () => stage.Sandbox.Members[0].CommandCount("findAndModify") == 2,
            "bob asked"
        );

        await first.DisposeAsync();
        await Stage.UntilAsync(() => Passes(stage, waiting), "bob leads");
        await using var second = await waiting;

        Assert.Equal((1L, 2L), (first.Fence, second.Fence));
        Assert.False(first.Lost.IsCancellationRequested);
    }

    [Fact]
    public async Task A_leader_that_dies_is_followed_within_one_period_and_not_before_its_lease_ends()
    {
        await using var stage = await Stage.StartAsync();
        // Its own clock stands still: it never renews, as the dead do.
        var dead = LeaderOf(stage, new Testing.ManualClock());
        var term = await dead.AcquireAsync(Stage.Token);
        var asked = stage.Clock.Elapsed;
        var waiting = LeaderOf(stage).AcquireAsync(Stage.Token);
        await Stage.UntilAsync(() => stage.Sandbox.Members[0].CommandCount("findAndModify") == 2, "asked");

        await Stage.UntilAsync(() => Passes(stage, waiting), "somebody else leads");
        await using var next = await waiting;

        Assert.InRange(stage.Clock.Elapsed - asked, Period * 0.9, Period);
        Assert.Equal(term.Fence + 1, next.Fence);
    }

    [Fact]
    public async Task A_leader_that_lives_keeps_its_lease_for_as_long_as_it_likes()
    {
        await using var stage = await Stage.StartAsync();
        await using var term = await LeaderOf(stage).AcquireAsync(Stage.Token);
        using var impatience = CancellationTokenSource.CreateLinkedTokenSource(Stage.Token);
        var waiting = LeaderOf(stage).AcquireAsync(impatience.Token);
        var updates = stage.Sandbox.Members[0].CommandCount("update");

        for (var i = 1; i <= 20; i++)
        {
            stage.Advance(Period / 3 + TimeSpan.FromMilliseconds(1));
            await Stage.UntilAsync(
                () => stage.Sandbox.Members[0].CommandCount("update") == updates + i,
                "it renewed"
            );
            // What was answered has to be heard before time goes on.
            await Stage.UntilAsync(
                () => stage.Clock.ArmedTimers >= 3,
                "both wait, and the lease has its end"
            );
        }

        Assert.False(term.Lost.IsCancellationRequested);
        Assert.False(waiting.IsCompleted);
        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Fact]
    public async Task A_leader_that_cannot_renew_knows_that_it_leads_no_longer()
    {
        await using var stage = await Stage.StartAsync();
        var term = await LeaderOf(stage).AcquireAsync(Stage.Token);
        // Somebody else has it, whatever the reason.
        await SetAsync(stage, new BsonDocument { ["owner"] = "eve", ["fence"] = 7L });

        stage.Advance(Period / 3 + TimeSpan.FromMilliseconds(1));

        await Stage.UntilAsync(() => term.Lost.IsCancellationRequested, "it knows");
        await term.DisposeAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Stage.Token);
        var document = await lease
            .Collection("app", "weir.leases")
            .FindOneAsync([], cancellationToken: Stage.Token);
        Assert.Equal("eve", document!["owner"].AsString);
    }

    [Fact]
    public async Task A_leader_whose_server_is_gone_leads_no_longer_than_its_lease_lasts()
    {
        await using var stage = await Stage.StartAsync();
        var term = await LeaderOf(stage).AcquireAsync(Stage.Token);
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);

        stage.Clock.Advance(Period * 0.9 - TimeSpan.FromMilliseconds(100));
        Assert.False(term.Lost.IsCancellationRequested);
        stage.Clock.Advance(TimeSpan.FromMilliseconds(100));

        Assert.True(term.Lost.IsCancellationRequested);
        await term.DisposeAsync();
    }

    [Fact]
    public async Task The_fence_grows_over_terms_and_restarts()
    {
        await using var stage = await Stage.StartAsync();
        var fences = new List<long>();
        for (var i = 0; i < 5; i++)
        {
            await using var term = await LeaderOf(stage).AcquireAsync(Stage.Token);
            fences.Add(term.Fence);
        }

        Assert.Equal([1, 2, 3, 4, 5], fences);
    }

    [Fact]
    public async Task A_stale_leaders_write_is_refused_by_the_document_that_a_later_one_wrote()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Stage.Token);
        var results = lease.Collection("app", "results");
        BsonDocument id = new("_id", "today");
        await results.UpdateOneAsync(
            id,
            Set("by", "ann"),
            fence: 1,
            upsert: true,
            cancellationToken: Stage.Token
        );
        await results.UpdateOneAsync(
            id,
            Set("by", "bob"),
            fence: 2,
            upsert: true,
            cancellationToken: Stage.Token
        );

        await Assert.ThrowsAsync<StaleFenceException>(() =>
            results.UpdateOneAsync(
                id,
                Set("by", "ann"),
                fence: 1,
                upsert: true,
                cancellationToken: Stage.Token
            )
        );
        var error = await Assert.ThrowsAsync<StaleFenceException>(() =>
            results.UpdateOneAsync(id, Set("by", "ann"), fence: 1, cancellationToken: Stage.Token)
        );
        var missing = await results.UpdateOneAsync(
            new("_id", "tomorrow"),
            Set("by", "ann"),
            fence: 1,
            cancellationToken: Stage.Token
        );

        Assert.Equal(
            "app.results: the write with fence 1 was refused, because a later holder has taken over",
            error.Message
        );
        Assert.Equal(0, missing.Matched);
        var document = await results.FindOneAsync(id, cancellationToken: Stage.Token);
        Assert.Equal(("bob", 2L), (document!["by"].AsString, document[Fencing.Field].ToInt64()));
    }

    [Fact]
    public async Task A_stale_leaders_transaction_writes_nothing_even_where_nobody_wrote_before()
    {
        await using var stage = await Stage.StartAsync("rs");
        await using var lease = await stage.Destinations.LeaseAsync("crm", Stage.Token);
        var results = lease.Collection("app", "results");
        await using var term = await LeaderOf(stage).AcquireAsync(Stage.Token);
        await term.WithFenceAsync(
            lease,
            (session, token) => results.InsertOneAsync(new("_id", 1), session, token),
            Stage.Token
        );
        await SetAsync(stage, new BsonDocument { ["owner"] = "eve", ["fence"] = 7L });

        await Assert.ThrowsAsync<StaleFenceException>(() =>
            term.WithFenceAsync(
                lease,
                (session, token) => results.InsertOneAsync(new("_id", 2), session, token),
                Stage.Token
            )
        );

        Assert.Equal(1, await results.CountAsync([], cancellationToken: Stage.Token));
    }

    private static LeaderLease LeaderOf(Stage stage, TimeProvider? clock = null) =>
        new(
            "billing",
            new LeaderOptions
            {
                Destination = "crm",
                Database = "app",
                Period = Period,
            },
            stage.Destinations,
            clock ?? stage.Clock,
            NullLogger<LeaderLease>.Instance
        );

    private static BsonDocument Set(string field, string value) =>
        new("$set", new BsonDocument(field, value));

    private static async Task SetAsync(Stage stage, BsonDocument fields)
    {
        await using var lease = await stage.Destinations.LeaseAsync("crm", Stage.Token);
        await lease
            .Collection("app", "weir.leases")
            .UpdateOneAsync(
                new("_id", "billing"),
                new BsonDocument("$set", fields),
                cancellationToken: Stage.Token
            );
    }

    private static bool Passes(Stage stage, Task waiting)
    {
        if (waiting.IsCompleted)
        {
            return true;
        }
        stage.Advance(TimeSpan.FromMilliseconds(20));
        return false;
    }
}
