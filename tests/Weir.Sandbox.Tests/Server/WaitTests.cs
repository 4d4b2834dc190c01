using Weir.Sandbox.Server;
using Weir.Sandbox.Store;
using Weir.Testing;

namespace Weir.Sandbox.Tests.Server;

/// <summary>The waits of a command, with a clock that stands still unless a test moves it.</summary>
public sealed class WaitTests : IAsyncLifetime
{
    private readonly ManualClock _clock = new();
    private readonly Signal _signal = new();
    private TestDeployment _deployment = null!;
    private TestClient _client = null!;
    private Operation _operation = null!;

    public async ValueTask InitializeAsync()
    {
        _deployment = await TestDeployment.StartAsync();
        _client = await _deployment.ConnectAsync();
        // A wait looks at the channel alone, neither at the member nor at what was asked.
        _operation = new Operation(new ClientConnection(null!, _client.Channel, 1), 1, null!, _clock);
    }

    public async ValueTask DisposeAsync()
    {
        _operation.Dispose();
        await _client.DisposeAsync();
        await _deployment.DisposeAsync();
    }

    [Fact]
    public async Task A_deadline_that_comes_ends_a_wait()
    {
        var wait = _operation.WaitUntilAsync(_signal.Next, TimeSpan.FromSeconds(5)).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(4));
        Assert.False(wait.IsCompleted);
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.False(await wait);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5000)]
    public void A_deadline_that_others_have_used_up_is_not_waited_for(int millisecondsAgo)
    {
        var deadline = _operation.Elapsed + TimeSpan.FromSeconds(5);
        _clock.Advance(deadline + TimeSpan.FromMilliseconds(millisecondsAgo));

        AssertOverAtOnce(_operation.WaitUntilAsync(_signal.Next, deadline));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(-TimeSpan.TicksPerMillisecond - 1)]
    [InlineData(-TimeSpan.TicksPerHour)]
    public void A_time_that_is_up_is_not_waited_for(long ticks) =>
        AssertOverAtOnce(_operation.WaitAsync(_signal.Next, TimeSpan.FromTicks(ticks)));

    [Fact]
    public async Task A_wait_without_end_ends_with_its_signal()
    {
        var wait = _operation.WaitAsync(_signal.Next, Timeout.InfiniteTimeSpan).AsTask();
        _clock.Advance(TimeSpan.FromDays(1));
        Assert.False(wait.IsCompleted);
        _signal.Pulse();

        Assert.True(await wait);
    }

    [Fact]
    public async Task The_time_limit_of_a_command_ends_a_wait_without_end()
    {
        _operation.Limit = TimeSpan.FromSeconds(1);
        var wait = _operation.WaitAsync(_signal.Next, Timeout.InfiniteTimeSpan).AsTask();
        _clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(50, (await Assert.ThrowsAsync<CommandError>(() => wait)).Code);
    }

    private static void AssertOverAtOnce(ValueTask<bool> wait)
    {
        Assert.True(wait.IsCompleted, "it waits");
        Assert.False(wait.Result);
    }
}
