using Weir.Pooling;
using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Sandbox;

namespace Weir.Destinations.Tests;

public sealed class TransactionTests
{
    private static readonly SandboxOptions ReplicaSet = new() { ReplicaSetName = "rs" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_done_in_a_transaction_is_seen_when_it_is_committed()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");

        var answer = await lease.WithTransactionAsync(
            async (session, token) =>
            {
                await people.InsertOneAsync(new("_id", 1), session, token);
                Assert.Equal(0, await people.CountAsync([], cancellationToken: token));
                Assert.Equal(1, await people.CountAsync([], session, token));
                return 42;
            },
            cancellationToken: Token
        );

        Assert.Equal(42, answer);
        Assert.Equal(1, await people.CountAsync([], cancellationToken: Token));
        Assert.Equal(1, stage.Received("commitTransaction"));
    }

    [Fact]
    public async Task What_fails_is_undone_and_the_failure_told()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        var people = lease.Collection("app", "people");

        await Assert.ThrowsAsync<InvalidDataException>(() =>
            lease.WithTransactionAsync(
                async (session, token) =>
                {
                    await people.InsertOneAsync(new("_id", 1), session, token);
                    throw new InvalidDataException("no");
                },
                cancellationToken: Token
            )
        );

        Assert.Equal(0, await people.CountAsync([], cancellationToken: Token));
        Assert.Equal(1, stage.Received("abortTransaction"));
    }

    [Fact]
    public async Task A_transaction_that_lost_a_conflict_is_tried_again_from_the_beginning()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await FailAsync(
            lease,
            "insert",
            3,
            new()
            {
                ["errorCode"] = 112,
                ["errorLabels"] = new BsonArray { "TransientTransactionError" },
            }
        );
        var tries = 0;

        await stage.AdvancingAsync(
            lease.WithTransactionAsync(
                async (session, token) =>
                {
                    tries++;
                    await lease.Collection("app", "people").InsertOneAsync(new("_id", 1), session, token);
                },
                cancellationToken: Token
            )
        );

        Assert.Equal(4, tries);
        Assert.Equal(1, stage.Received("commitTransaction"));
    }

    [Fact]
    public async Task A_commit_whose_outcome_is_not_known_is_sent_again_and_the_work_is_not()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await FailAsync(
            lease,
            "commitTransaction",
            2,
            new()
            {
                ["writeConcernError"] = new BsonDocument
                {
                    ["code"] = 64,
                    ["errmsg"] = "waiting for replication timed out",
                },
            }
        );
        var tries = 0;

        await stage.AdvancingAsync(
            lease.WithTransactionAsync(
                async (session, token) =>
                {
                    tries++;
                    await lease.Collection("app", "people").InsertOneAsync(new("_id", 1), session, token);
                },
                cancellationToken: Token
            )
        );

        Assert.Equal(1, tries);
        Assert.Equal(3, stage.Received("commitTransaction"));
    }

    [Fact]
    public async Task A_commit_that_is_sent_again_asks_for_a_majority()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await FailAsync(lease, "commitTransaction", 1, new() { ["closeConnection"] = true });
        var commits = new List<BsonDocument>();
        await using var deployment = new Deployment(
            ConnectionString.Parse(stage.Uri),
            stage.Network,
            new DeploymentOptions { Time = stage.Clock }
        );
        await using var runner = new CommandRunner(
            deployment,
            new()
            {
                Time = stage.Clock,
                CommandEvents = e =>
                {
                    if (e is CommandEvent.Started { CommandName: "commitTransaction" } started)
                    {
                        commits.Add(started.Command);
                    }
                },
            }
        );
        deployment.Start();
        var session = runner.StartSession();
        var people = new CommandCollection(() => runner, "app", "people");
        session.StartTransaction();
        await people.InsertOneAsync(new("_id", 1), session, Token);

        // The runner itself sends it again.
        await stage.AdvancingAsync(runner.CommitTransactionAsync(session, Token).AsTask());

        Assert.Equal(2, commits.Count);
        Assert.False(commits[0].Contains("writeConcern"));
        Assert.Equal("majority", commits[1]["writeConcern"].AsDocument["w"].AsString);
        Assert.Equal(10_000, commits[1]["writeConcern"].AsDocument["wtimeout"].ToInt32());
    }

    [Fact]
    public async Task After_two_minutes_there_is_no_other_attempt()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);
        await FailAsync(
            lease,
            "insert",
            1_000_000,
            new()
            {
                ["errorCode"] = 112,
                ["errorLabels"] = new BsonArray { "TransientTransactionError" },
            }
        );
        var tries = 0;

        var error = await Assert.ThrowsAsync<TimeoutException>(() =>
            stage.AdvancingAsync(
                lease.WithTransactionAsync(
                    async (session, token) =>
                    {
                        if (++tries == 2)
                        {
                            stage.Clock.Advance(TimeSpan.FromSeconds(120));
                        }
                        await lease.Collection("app", "people").InsertOneAsync(new("_id", 1), session, token);
                    },
                    cancellationToken: Token
                )
            )
        );

        Assert.InRange(tries, 1, 2);
        Assert.Equal(112, Assert.IsType<CommandException>(error.InnerException).Code);
        Assert.True(FailureLabels.Has(error, ErrorLabels.TransientTransactionError));
    }

    [Fact]
    public async Task A_transaction_that_its_work_ended_is_left_as_it_is()
    {
        await using var stage = await Stage.StartAsync(ReplicaSet);
        await using var lease = await stage.Destinations.LeaseAsync("crm", Token);

        await lease.WithTransactionAsync(
            async (session, token) =>
            {
                await lease.Collection("app", "people").InsertOneAsync(new("_id", 1), session, token);
                await lease.Commands.AbortTransactionAsync(session, token);
            },
            cancellationToken: Token
        );

        Assert.Equal(0, stage.Received("commitTransaction"));
        Assert.Equal(1, stage.Received("abortTransaction"));
    }

    private static async Task FailAsync(DestinationLease lease, string command, int times, BsonDocument how)
    {
        how["failCommands"] = new BsonArray { command };
        await lease.RunCommandAsync(
            "admin",
            new()
            {
                ["configureFailPoint"] = "failCommand",
                ["mode"] = new BsonDocument("times", times),
                ["data"] = how,
            },
            Token
        );
    }
}
