using Weir.Pooling.Destinations;

namespace Weir.Destinations.Tests;

public sealed class ResolverTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_name_that_is_not_configured_is_looked_up_once_for_all_who_ask()
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);

        var leases = await Task.WhenAll(
            Enumerable.Range(0, 50).Select(_ => stage.Destinations.LeaseAsync("tenant-7", Token).AsTask())
        );

        Assert.Equal(["tenant-7"], resolver.Asked);
        await leases[49].RunCommandAsync("app", Stage.Ping, Token);
        Assert.Equal(50, Assert.Single(stage.Destinations.GetStatistics()).Leases);
        foreach (var lease in leases)
        {
            await lease.DisposeAsync();
        }
    }

    [Fact]
    public async Task A_resolver_that_fails_fails_that_destination_and_no_other()
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        resolver.Answer = (name, _) =>
            name == "bad"
                ? throw new InvalidOperationException("the vault is sealed")
                : Task.FromResult<DestinationOptions?>(stage.Options);
        await using var good = await stage.Destinations.LeaseAsync("good", Token);

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("bad", Token)
        );

        Assert.Equal(DestinationFailure.Unresolved, error.Failure);
        Assert.Equal("destination \"bad\": it could not be looked up: the vault is sealed", error.Message);
        await good.RunCommandAsync("app", Stage.Ping, Token);
    }

    [Fact]
    public async Task A_name_that_the_resolver_does_not_know_is_unknown_and_not_remembered()
    {
        var resolver = new ScriptedResolver { Answer = (_, _) => Task.FromResult<DestinationOptions?>(null) };
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("nobody", Token)
        );

        Assert.Equal(DestinationFailure.Unknown, error.Failure);
        Assert.Empty(stage.Destinations.GetStatistics());
    }

    [Fact]
    public async Task The_resolver_hears_that_nobody_waits_any_more()
    {
        var asked = new TaskCompletionSource();
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ => new() { Resolver = resolver });
        var heard = new TaskCompletionSource();
        resolver.Answer = async (_, token) =>
        {
            token.Register(heard.SetResult);
            asked.SetResult();
            await Task.Delay(Timeout.Infinite, token);
            return null;
        };
        using var impatience = new CancellationTokenSource();
        var leasing = stage.Destinations.LeaseAsync("slow", impatience.Token).AsTask();
        await asked.Task;

        await impatience.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => leasing);
        await heard.Task.WaitAsync(TimeSpan.FromSeconds(20), Token);
    }

    [Fact]
    public async Task Names_that_are_not_open_any_more_make_room_and_a_full_table_says_so()
    {
        var resolver = new ScriptedResolver();
        await using var stage = await Stage.StartAsync(options: _ =>
            new() { Resolver = resolver, MaxOpen = 2 }
        );
        resolver.Answer = (_, _) => Task.FromResult<DestinationOptions?>(stage.Options);
        var one = await stage.Destinations.LeaseAsync("one", Token);
        await using var two = await stage.Destinations.LeaseAsync("two", Token);

        var error = await Assert.ThrowsAsync<DestinationException>(async () =>
            await stage.Destinations.LeaseAsync("three", Token)
        );
        await one.DisposeAsync();
        await stage.Destinations.CloseAsync("one", Token);
        await using var three = await stage.Destinations.LeaseAsync("three", Token);

        Assert.Equal(DestinationFailure.Busy, error.Failure);
        Assert.Contains("MaxOpen is 2", error.Message, StringComparison.Ordinal);
        Assert.Equal(["three", "two"], stage.Destinations.GetStatistics().Select(d => d.Name));
    }
}
