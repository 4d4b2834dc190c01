using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Destinations.Tests;

public sealed class LeaseTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_lease_runs_commands()
    {
        await using var stage = await Stage.StartAsync();
        await using var crm = await stage.Destinations.LeaseAsync("crm", Token);

        await crm.RunCommandAsync(
            "app",
            new BsonDocument
            {
                ["insert"] = "people",
                ["documents"] = new BsonArray { new BsonDocument("_id", 1) },
            },
            Token
        );
        var reply = await crm.RunCommandAsync("app", new BsonDocument("count", "people"), Token);

        Assert.Equal("crm", crm.Name);
        Assert.Equal(1, reply["n"].ToInt32());
    }

    [Fact]
    public async Task What_the_server_refuses_is_told_as_the_server_says_it()
    {
        await using var stage = await Stage.StartAsync();
        await using var crm = await stage.Destinations.LeaseAsync("crm", Token);

        var error = await Assert.ThrowsAsync<CommandException>(async () =>
            await crm.RunCommandAsync("app", new BsonDocument("nonsense", 1), Token)
        );

        Assert.Equal(59, error.Code);
    }

    [Fact]
    public async Task However_many_ask_at_once_one_connects()
    {
        await using var stage = await Stage.StartAsync();

        var leases = await Task.WhenAll(
            Enumerable
                .Range(0, 200)
                .Select(_ => Task.Run(async () => await stage.Destinations.LeaseAsync("crm", Token), Token))
        );

        Assert.Equal(1, stage.Sandbox.Members[0].CommandCount("ping"));
        Assert.Single(leases.Select(l => l.Commands).Distinct());
        foreach (var lease in leases)
        {
            await lease.DisposeAsync();
        }
    }

    [Fact]
    public async Task Later_leases_share_the_pools_of_the_first()
    {
        await using var stage = await Stage.StartAsync();
        CommandRunner first;
        await using (var lease = await stage.Destinations.LeaseAsync("crm", Token))
        {
            first = lease.Commands;
        }

        stage.Clock.Advance(TimeSpan.FromMinutes(4));
        await using var later = await stage.Destinations.LeaseAsync("crm", Token);

        Assert.Same(first, later.Commands);
    }

    [Fact]
    public async Task Nobody_is_asked_before_the_first_lease()
    {
        await using var stage = await Stage.StartAsync();

        Assert.Equal(0, stage.Connections);
    }

    [Fact]
    public async Task Pools_that_nobody_held_for_five_minutes_are_closed_and_the_next_lease_connects_again()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await lease.DisposeAsync();

        stage.Clock.Advance(TimeSpan.FromMinutes(5));
        await Stage.UntilAsync(() => stage.Connections == 0, "every connection is closed");

        await using var again = await stage.Destinations.LeaseAsync("crm", Token);
        await again.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task The_idle_time_begins_anew_with_every_release()
    {
        await using var stage = await Stage.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var lease = await stage.Destinations.LeaseAsync("crm", Token);
            await lease.DisposeAsync();
            stage.Clock.Advance(TimeSpan.FromMinutes(3));
        }

        await using var last = await stage.Destinations.LeaseAsync("crm", Token);

        Assert.Equal(1, Assert.Single(stage.Destinations.GetStatistics()).Opened);
    }

    [Fact]
    public async Task A_lease_that_is_held_for_hours_keeps_its_pools()
    {
        await using var stage = await Stage.StartAsync();
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);

        stage.Clock.Advance(TimeSpan.FromHours(3));

        await lease.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task A_lease_that_is_over_runs_nothing()
    {
        await using var stage = await Stage.StartAsync();
        var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await lease.DisposeAsync();
        await lease.DisposeAsync();

        await Assert.ThrowsAsync<ObjectDisposedException>(async () =>
            await lease.RunCommandAsync("app", Stage.Ping, Token)
        );
        // Twice given back is once given back: another lease still holds the pools.
        await using var other = await stage.Destinations.LeaseAsync("crm", Token);
        stage.Clock.Advance(TimeSpan.FromMinutes(10));
        await other.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task A_name_that_nobody_configured_is_an_error_that_lists_those_there_are()
    {
        await using var stage = await Stage.StartAsync();

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("cmr", Token)
        );

        Assert.Equal(DestinationFailure.Unknown, error.Failure);
        Assert.Equal(
            "destination \"cmr\": there is no destination of this name; there are: crm",
            error.Message
        );
    }

    [Fact]
    public async Task A_connection_string_that_cannot_be_read_is_an_error_of_that_destination_alone()
    {
        await using var stage = await Stage.StartAsync(options: good =>
            new()
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["bad"] = new()
                    {
                        ConnectionString = "mongodb://user:hush@host/?maxPoolSize=2&minPoolSize=3",
                    },
                    ["good"] = new() { ConnectionString = good },
                },
            }
        );

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("bad", Token)
        );
        await using var lease = await stage.Destinations.LeaseAsync("good", Token);

        Assert.Equal(DestinationFailure.Invalid, error.Failure);
        Assert.DoesNotContain("hush", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_destination_that_is_not_there_fails_its_lease_and_is_tried_again_by_the_next()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        var asking = stage.Destinations.LeaseAsync("crm", Token).AsTask();
        var error = await Assert.ThrowsAsync<DestinationException>(() => stage.AdvancingAsync(asking));

        await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
        // About as fast as time goes: what it takes to connect takes its time, and a look that came too early is repeated.
        await using var lease = await stage.AdvancingAsync(
            stage.Destinations.LeaseAsync("crm", Token).AsTask(),
            milliseconds: 2
        );

        Assert.Equal(DestinationFailure.Unreachable, error.Failure);
        Assert.Contains("nobody listens there", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_password_that_is_refused_is_told_by_the_first_lease()
    {
        await using var stage = await Stage.StartAsync(
            new SandboxOptions { Users = [new SandboxUser("ann", "secret")] },
            uri =>
                new()
                {
                    Destinations = new Dictionary<string, DestinationOptions>
                    {
                        ["crm"] = new()
                        {
                            ConnectionString = uri.Replace(
                                "mongodb://",
                                "mongodb://ann:wrong@",
                                StringComparison.Ordinal
                            ),
                        },
                    },
                }
        );

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("crm", Token)
        );

        Assert.Equal(DestinationFailure.Unreachable, error.Failure);
        Assert.Equal(18, Assert.IsType<CommandException>(error.InnerException).Code);
        Assert.DoesNotContain("wrong", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_gives_up_waiting_leaves_the_attempt_to_the_others()
    {
        await using var stage = await Stage.StartAsync(options: uri =>
            new()
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    ["crm"] = new() { ConnectionString = $"{uri}&serverSelectionTimeoutMS=600000" },
                },
            }
        );
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        using var impatience = new CancellationTokenSource();
        var impatient = stage.Destinations.LeaseAsync("crm", impatience.Token).AsTask();
        var patient = stage.Destinations.LeaseAsync("crm", Token).AsTask();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
        await using var lease = await stage.AdvancingAsync(patient);
        await lease.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task When_nobody_waits_any_more_the_attempt_ends()
    {
        await using var stage = await Stage.StartAsync();
        await stage.Sandbox.StopAsync(stage.Sandbox.Members[0]);
        using var impatience = new CancellationTokenSource();
        var impatient = stage.Destinations.LeaseAsync("crm", impatience.Token).AsTask();

        await impatience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => impatient);
        await Stage.UntilAsync(() => stage.Clock.ArmedTimers == 0, "nothing waits for anything");

        await stage.Sandbox.StartAsync(stage.Sandbox.Members[0]);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
    }
}
