using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;
using Weir.Testing;

namespace Weir.Pooling.Tests.Pools;

public sealed class ConnectionPoolTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static ConnectionException Broken(ConnectionStage stage = ConnectionStage.Hello) =>
        new(PoolBench.Address, stage, "it broke");

    [Fact]
    public void A_connection_goes_straight_to_the_one_who_has_waited_longest() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            var first = bench.Pool.CheckOutAsync().AsTask();
            var second = bench.Pool.CheckOutAsync().AsTask();

            connection.CheckIn();
            Assert.Same(connection, await first);
            Assert.False(second.IsCompleted);
            Assert.Equal(0, bench.Pool.Statistics.Available);

            connection.CheckIn();
            Assert.Same(connection, await second);
            Assert.Equal(2, bench.Pool.Statistics.Waited - 1);
        });

    [Fact]
    public void The_channel_is_moved_to_the_receiving_loop_at_every_hand_over() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            Assert.Equal(1, PoolBench.ChannelOf(connection).Moves);
            connection.CheckIn();
            await bench.Pool.CheckOutAsync();
            Assert.Equal(2, PoolBench.ChannelOf(connection).Moves);
            var waiting = bench.Pool.CheckOutAsync();
            connection.CheckIn();
            await waiting;
            Assert.Equal(3, PoolBench.ChannelOf(connection).Moves);
        });

    [Fact]
    public void A_caller_resumes_by_post_and_never_inside_the_check_in() =>
        VirtualTime.Run(async time =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            var resumed = false;
            var waiting = WaitAsync();
            connection.CheckIn();
            Assert.False(resumed);
            await waiting;
            Assert.True(resumed);

            async Task WaitAsync()
            {
                (await bench.Pool.CheckOutAsync()).CheckIn();
                Assert.Same(time, SynchronizationContext.Current);
                resumed = true;
            }
        });

    [Fact]
    public void Waiters_time_out_at_their_own_deadlines_with_one_timer() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(
                PoolBench.Small with
                {
                    MaxPoolSize = 1,
                    WaitQueueTimeout = 3 * Second,
                    MaintenanceInterval = Timeout.InfiniteTimeSpan,
                }
            );
            bench.Pool.Ready();
            await bench.Pool.CheckOutAsync();
            var usual = bench.Pool.CheckOutAsync().AsTask();
            var hasty = bench.Pool.CheckOutAsync(Deadline.After(Second, bench.Clock)).AsTask();
            var patient = bench.Pool.CheckOutAsync(Deadline.Never).AsTask();
            Assert.Equal(1, bench.Clock.ArmedTimers);

            bench.Clock.Advance(Second);
            var error = await Assert.ThrowsAsync<PoolTimeoutException>(() => hasty);
            Assert.Contains("maxPoolSize: 1", error.Message, StringComparison.Ordinal);
            Assert.Contains("in use by other operations: 1;", error.Message, StringComparison.Ordinal);
            Assert.False(usual.IsCompleted);

            bench.Clock.Advance(2 * Second);
            await Assert.ThrowsAsync<PoolTimeoutException>(() => usual);
            bench.Clock.Advance(1000 * Second);
            Assert.False(patient.IsCompleted);
            Assert.Equal(2, bench.Pool.Statistics.TimedOut);
            Assert.Equal(1, bench.Pool.Statistics.Waiting);
        });

    [Fact]
    public void A_deadline_that_has_passed_fails_at_once_unless_a_connection_is_there() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var past = Deadline.After(TimeSpan.Zero, bench.Clock);
            (await bench.Pool.CheckOutAsync()).CheckIn();
            var connection = await bench.Pool.CheckOutAsync(past);
            var result = bench.Pool.TryCheckOutAsync(past);
            Assert.True(result.IsCompleted);
            Assert.Equal(CheckOutOutcome.TimedOut, (await result).Outcome);
            connection.CheckIn();
        });

    [Fact]
    public void A_full_queue_refuses_at_once_and_keeps_those_who_wait() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1, MaxWaiting = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            var waiting = bench.Pool.CheckOutAsync().AsTask();
            var refused = await bench.Pool.TryCheckOutAsync();
            Assert.Equal(CheckOutOutcome.QueueFull, refused.Outcome);
            Assert.IsType<WaitQueueFullException>(refused.ToException());
            Assert.Equal(1, bench.Pool.Statistics.Refused);
            connection.CheckIn();
            Assert.Same(connection, await waiting);
        });

    [Fact]
    public void A_cancelled_waiter_leaves_the_queue_and_the_next_one_moves_up() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            using var cancellation = new CancellationTokenSource();
            var cancelled = bench.Pool.CheckOutAsync(default, cancellation.Token).AsTask();
            var next = bench.Pool.CheckOutAsync().AsTask();
            await cancellation.CancelAsync();
            var error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            Assert.Equal(cancellation.Token, error.CancellationToken);
            connection.CheckIn();
            Assert.Same(connection, await next);
        });

    [Fact]
    public void A_cancellation_after_the_hand_over_changes_nothing() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            using var cancellation = new CancellationTokenSource();
            var waiting = bench.Pool.CheckOutAsync(default, cancellation.Token).AsTask();
            connection.CheckIn();
            await cancellation.CancelAsync();
            Assert.Same(connection, await waiting);
            connection.CheckIn();
            Assert.Equal(1, bench.Pool.Statistics.Available);
        });

    [Fact]
    public void A_connection_whose_check_out_was_cancelled_is_kept_for_others() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small, opensAtOnce: false);
            bench.Pool.Ready();
            using var cancellation = new CancellationTokenSource();
            var cancelled = bench.Pool.CheckOutAsync(default, cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
            Assert.Equal(1, bench.Pool.Statistics.Pending);

            bench.Establish(1);
            Assert.Equal(1, bench.Pool.Statistics.Available);
            Assert.Equal(1, (await bench.Pool.CheckOutAsync()).Id);
        });

    [Fact]
    public void A_failed_establishment_makes_room_for_the_next_in_the_queue() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxConnecting = 1 }, opensAtOnce: false);
            bench.Pool.Ready();
            var first = bench.Pool.CheckOutAsync().AsTask();
            var second = bench.Pool.CheckOutAsync().AsTask();
            Assert.Equal([1], bench.Opening);

            var error = Broken();
            bench.Fail(1, error);
            Assert.Same(error, await Assert.ThrowsAsync<ConnectionException>(() => first));
            Assert.Equal([2], bench.Opening);
            Assert.Same(error, Assert.Single(bench.Failures).Error);
            bench.Establish(2);
            Assert.Equal(2, (await second).Id);
        });

    [Fact]
    public void Whoever_waits_for_room_to_connect_gets_a_connection_that_is_checked_in() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolOptions.Specification with { MaxPoolSize = 3, MaxConnecting = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            bench.OpensAtOnce = false;
            var connecting = bench.Pool.CheckOutAsync().AsTask();
            var waiting = bench.Pool.CheckOutAsync().AsTask();
            connection.CheckIn();
            Assert.Same(connection, await waiting);
            bench.Establish(2);
            Assert.Equal(2, (await connecting).Id);
        });

    [Fact]
    public void A_connection_is_closed_when_it_comes_back_from_before_a_clear() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            bench.Pool.Clear();
            bench.Pool.Ready();
            bench.TakeEvents();
            connection.CheckIn();
            Assert.Equal(["CheckedIn 1", "ConnectionClosed 1 Stale"], bench.TakeEvents());
            Assert.True(PoolBench.ChannelOf(connection).IsDisposed);
            Assert.Equal(2, (await bench.Pool.CheckOutAsync()).Id);
        });

    [Fact]
    public void A_connection_that_is_established_after_a_clear_is_not_handed_out() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small, opensAtOnce: false);
            bench.Pool.Ready();
            var caller = bench.Pool.CheckOutAsync().AsTask();
            bench.Pool.Clear();
            bench.Pool.Ready();
            bench.Establish(1);

            // The pool is well again, so the caller goes on waiting, for a new connection.
            Assert.Equal([2], bench.Opening);
            bench.Establish(2);
            Assert.Equal(2, (await caller).Id);
            Assert.Contains("ConnectionClosed 1 Stale", bench.TakeEvents());
        });

    [Fact]
    public void A_connection_established_for_a_paused_pool_fails_its_caller() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small, opensAtOnce: false);
            bench.Pool.Ready();
            var caller = bench.Pool.CheckOutAsync().AsTask();
            bench.Pool.Clear(Broken());
            bench.Establish(1);
            var error = await Assert.ThrowsAsync<PoolClearedException>(() => caller);
            Assert.Equal(
                "Connection pool for stub:27017 was cleared because another operation failed with: stub:27017: it broke",
                error.Message
            );
        });

    [Fact]
    public void A_listener_that_throws_when_an_establishment_fails_costs_no_place_and_no_waiter() =>
        VirtualTime.Run(async _ =>
        {
            var refused = Broken();
            var pool = new ConnectionPool(
                PoolBench.Address,
                PoolBench.Small,
                (_, _) => ValueTask.FromException<ServerConnection>(refused),
                TimeProvider.System,
                onEstablishmentFailed: static _ => throw new InvalidOperationException("the listener's own")
            );
            pool.Ready();
            Assert.Same(
                refused,
                await Assert.ThrowsAsync<ConnectionException>(async () =>
                    await pool.CheckOutAsync(cancellationToken: TestContext.Current.CancellationToken)
                )
            );
            Assert.Equal((0, 0), (pool.Statistics.Total, pool.Statistics.Pending));
            await pool.CloseAsync();
        });

    [Fact]
    public void A_connection_that_does_not_close_in_order_does_not_keep_the_pool_from_closing() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var used = await bench.Pool.CheckOutAsync();
            PoolBench.ChannelOf(used).FailsToClose = true;
            used.CheckIn();
            await bench.Pool.CloseAsync();
            Assert.Equal(0, bench.Pool.Statistics.Total);
        });

    [Fact]
    public void A_clear_can_interrupt_connections_in_use() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var used = await bench.Pool.CheckOutAsync();
            (await bench.Pool.CheckOutAsync()).CheckIn();
            bench.TakeEvents();
            bench.Pool.Clear(Broken(), interruptInUse: true);
            Assert.Equal(["PoolCleared", "ConnectionClosed 2 Stale"], bench.TakeEvents());
            var failure = Assert.IsType<PoolClearedException>(used.Connection.Failure);
            Assert.Equal(
                "Connection to stub:27017 interrupted due to server monitor timeout",
                failure.Message
            );
            Assert.Equal((1, 1), (bench.Pool.Statistics.Total, bench.Pool.Statistics.InUse));
            bench.Pool.Clear(Broken(), interruptInUse: true);
            Assert.Same(failure, used.Connection.Failure);

            // Whoever had it gives it back; only then is it closed.
            used.CheckIn();
            Assert.Equal(["CheckedIn 1", "ConnectionClosed 1 Stale"], bench.TakeEvents());
            Assert.Equal(0, bench.Pool.Statistics.Total);
            Assert.True(PoolBench.ChannelOf(used).IsDisposed);
            Assert.Throws<InvalidOperationException>(used.CheckIn);
        });

    [Fact]
    public void A_clear_that_interrupts_does_not_touch_connections_of_the_next_generation() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            bench.Pool.Clear();
            bench.Pool.Ready();
            var used = await bench.Pool.CheckOutAsync();
            bench.Pool.Clear(interruptInUse: true);
            Assert.NotNull(used.Connection.Failure);
            bench.Pool.Ready();
            var fresh = await bench.Pool.CheckOutAsync();
            used.CheckIn();
            Assert.Null(fresh.Connection.Failure);
            fresh.CheckIn();
            Assert.Equal(1, bench.Pool.Statistics.Available);
        });

    [Fact]
    public void A_clear_that_interrupts_ends_establishments() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small, opensAtOnce: false);
            bench.Pool.Ready();
            var caller = bench.Pool.CheckOutAsync().AsTask();
            bench.TakeEvents();
            bench.Pool.Clear(Broken(), interruptInUse: true);
            var error = await Assert.ThrowsAsync<PoolClearedException>(() => caller);
            Assert.True(error.Interrupted);
            Assert.Equal(
                ["PoolCleared", "ConnectionClosed 1 Error", "CheckOutFailed ConnectionError"],
                bench.TakeEvents()
            );
            Assert.Empty(bench.Failures);
        });

    [Fact]
    public void Closing_ends_establishments_fails_callers_and_waits_for_what_it_closes() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var used = await bench.Pool.CheckOutAsync();
            bench.OpensAtOnce = false;
            var connecting = bench.Pool.CheckOutAsync().AsTask();
            var queued = bench.Pool.CheckOutAsync().AsTask();
            bench.TakeEvents();

            await bench.Pool.CloseAsync();
            await Assert.ThrowsAsync<PoolClosedException>(() => connecting);
            await Assert.ThrowsAsync<PoolClosedException>(() => queued);
            Assert.Equal(
                [
                    "CheckOutFailed PoolClosed",
                    "PoolClosed",
                    "ConnectionClosed 2 PoolClosed",
                    "CheckOutFailed PoolClosed",
                ],
                bench.TakeEvents()
            );

            used.CheckIn();
            Assert.Equal(["CheckedIn 1", "ConnectionClosed 1 PoolClosed"], bench.TakeEvents());
            Assert.Equal(0, bench.Pool.Statistics.Total);
            Assert.Equal(0, bench.Clock.ArmedTimers);
            bench.Pool.Ready();
            bench.Pool.Clear();
            await bench.Pool.CloseAsync();
            Assert.Empty(bench.TakeEvents());
        });

    [Fact]
    public void A_connection_whose_server_has_gone_is_not_handed_out() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var gone = await bench.Pool.CheckOutAsync();
            gone.CheckIn();
            PoolBench.ChannelOf(gone).IsGone = true;
            bench.TakeEvents();
            Assert.Equal(2, (await bench.Pool.CheckOutAsync()).Id);
            Assert.Contains("ConnectionClosed 1 Error", bench.TakeEvents());
        });

    [Fact]
    public void A_connection_that_failed_in_use_is_closed_at_check_in_and_its_room_is_given_on() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small with { MaxPoolSize = 1 });
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            var waiting = bench.Pool.CheckOutAsync().AsTask();
            connection.Connection.Abort(Broken(ConnectionStage.Exchange));
            connection.CheckIn();
            Assert.Equal(2, (await waiting).Id);
        });

    [Fact]
    public void Connections_that_were_idle_for_too_long_are_reaped_and_the_least_number_is_made_again() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(
                PoolOptions.Specification with
                {
                    MinPoolSize = 1,
                    MaxIdleTime = 10 * Second,
                    MaintenanceInterval = Second,
                }
            );
            bench.Pool.Ready();
            var first = await bench.Pool.CheckOutAsync();
            var second = await bench.Pool.CheckOutAsync();
            first.CheckIn();
            bench.Clock.Advance(5 * Second);
            second.CheckIn();
            bench.TakeEvents();

            bench.Clock.Advance(6 * Second);
            Assert.Equal(["ConnectionClosed 1 Idle"], bench.TakeEvents());
            bench.Clock.Advance(5 * Second);
            Assert.Equal(
                ["ConnectionClosed 2 Idle", "ConnectionCreated 3", "ConnectionReady 3"],
                bench.TakeEvents()
            );
        });

    [Fact]
    public void The_background_makes_one_connection_at_a_time_and_tries_again_later_after_a_failure() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(
                PoolOptions.Specification with
                {
                    MinPoolSize = 2,
                    MaintenanceInterval = Second,
                },
                opensAtOnce: false
            );
            bench.Pool.Ready();
            Assert.Equal(["PoolCreated", "PoolReady", "ConnectionCreated 1"], bench.TakeEvents());
            bench.Establish(1);
            Assert.Equal([2], bench.Opening);
            bench.Fail(2, Broken());
            await Task.Yield();
            await Task.Yield();
            Assert.Empty(bench.Opening);
            Assert.Single(bench.Failures);

            bench.Clock.Advance(Second);
            Assert.Equal([3], bench.Opening);
            bench.Establish(3);
            Assert.Equal(2, bench.Pool.Statistics.Available);
            Assert.Empty(bench.Opening);
        });

    [Fact]
    public void Behind_a_load_balancer_a_clear_is_for_one_service_and_pauses_nothing() =>
        VirtualTime.Run(async _ =>
        {
            var (one, other) = (ObjectId.New(), ObjectId.New());
            var bench = new PoolBench(PoolOptions.Specification with { LoadBalanced = true })
            {
                Service = one,
            };
            bench.Pool.Ready();
            var toOne = await bench.Pool.CheckOutAsync();
            bench.Service = other;
            var toOther = await bench.Pool.CheckOutAsync();
            Assert.Equal((one, other), (toOne.ServiceId!.Value, toOther.ServiceId!.Value));

            bench.Pool.Clear(null, false, one);
            Assert.Equal((1, 0), (bench.Pool.GetGeneration(one), bench.Pool.GetGeneration(other)));
            bench.TakeEvents();
            toOne.CheckIn();
            toOther.CheckIn();
            Assert.Equal(["CheckedIn 1", "ConnectionClosed 1 Stale", "CheckedIn 2"], bench.TakeEvents());

            // Its last connection is gone, and so is the service's own generation.
            Assert.Equal(0, bench.Pool.GetGeneration(one));
            Assert.Throws<InvalidOperationException>(() => bench.Pool.Clear());
        });

    [Fact]
    public void A_connection_that_reached_a_service_which_was_cleared_meanwhile_is_stale() =>
        VirtualTime.Run(async _ =>
        {
            var service = ObjectId.New();
            var bench = new PoolBench(
                PoolOptions.Specification with
                {
                    LoadBalanced = true,
                },
                opensAtOnce: false
            )
            {
                Service = service,
            };
            bench.Pool.Ready();
            var caller = bench.Pool.CheckOutAsync().AsTask();
            bench.Pool.Clear(null, false, service);
            bench.Establish(1);
            bench.Establish(2);
            Assert.Equal(2, (await caller).Id);
        });

    [Fact]
    public void A_connection_is_checked_in_once_and_to_its_own_pool() =>
        VirtualTime.Run(async _ =>
        {
            var bench = new PoolBench(PoolBench.Small);
            var another = new PoolBench(PoolBench.Small);
            bench.Pool.Ready();
            var connection = await bench.Pool.CheckOutAsync();
            Assert.Throws<ArgumentException>(() => another.Pool.CheckIn(connection));
            connection.CheckIn();
            Assert.Throws<InvalidOperationException>(connection.CheckIn);
            Assert.Equal(1, bench.Pool.Statistics.Available);
        });

    [Theory]
    [InlineData("minPoolSize")]
    [InlineData("maxConnecting")]
    [InlineData("maxPoolSize")]
    public void An_option_out_of_its_range_is_named(string option)
    {
        var options = option switch
        {
            "minPoolSize" => PoolOptions.Specification with { MinPoolSize = 101 },
            "maxConnecting" => PoolOptions.Specification with { MaxConnecting = 0 },
            _ => PoolOptions.Specification with { MaxPoolSize = -1 },
        };
        var error = Assert.Throws<ArgumentOutOfRangeException>(() => new PoolBench(options));
        Assert.Contains(option, error.Message, StringComparison.Ordinal);
    }
}
