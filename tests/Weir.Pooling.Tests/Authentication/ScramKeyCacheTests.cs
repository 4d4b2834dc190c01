using Weir.Pooling.Authentication;

namespace Weir.Pooling.Tests.Authentication;

public class ScramKeyCacheTests
{
    private static readonly ScramChallenge Challenge = new([1, 2, 3], 4096);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Many_connections_at_once_share_one_derivation()
    {
        using var gate = new ManualResetEventSlim();
        var derived = 0;
        var cache = new ScramKeyCache(
            4,
            _ =>
            {
                Interlocked.Increment(ref derived);
                gate.Wait(Token);
                return new ScramKeys([1], [2], [3]);
            }
        );
        var waiting = Enumerable.Range(0, 100).Select(_ => Get(cache, "pencil", Challenge)).ToList();
        gate.Set();
        var keys = await Task.WhenAll(waiting);
        Assert.Equal(1, derived);
        Assert.All(keys, k => Assert.Same(keys[0], k));
    }

    [Fact]
    public async Task Password_salt_iterations_and_mechanism_each_make_an_entry()
    {
        var cache = Counting(64, out var derived);
        await Get(cache, "pencil", Challenge);
        await Get(cache, "pencil", new ScramChallenge([1, 2, 3], 4096));
        await Get(cache, "other", Challenge);
        await Get(cache, "pencil", new ScramChallenge([9], 4096));
        await Get(cache, "pencil", Challenge with { Iterations = 5000 });
        await cache.GetAsync(ScramMechanism.Sha1, "pencil", Challenge, Token);
        Assert.Equal(5, derived());
    }

    [Fact]
    public async Task The_oldest_entry_makes_room()
    {
        var cache = Counting(2, out var derived);
        foreach (var password in (string[])["a", "b", "c", "c", "b", "a"])
        {
            await Get(cache, password, Challenge);
        }
        Assert.Equal(2, cache.Count);
        Assert.Equal(4, derived());
    }

    [Fact]
    public async Task Cancelling_a_wait_leaves_the_derivation_to_the_others()
    {
        using var gate = new ManualResetEventSlim();
        using var impatient = new CancellationTokenSource();
        var cache = new ScramKeyCache(
            4,
            _ =>
            {
                gate.Wait(Token);
                return new ScramKeys([1], [2], [3]);
            }
        );
        var cancelled = cache.GetAsync(ScramMechanism.Sha256, "pencil", Challenge, impatient.Token);
        var patient = Get(cache, "pencil", Challenge);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        gate.Set();
        Assert.Equal([1], (await patient).ClientKey);
    }

    [Fact]
    public async Task A_derivation_that_failed_is_tried_again()
    {
        var attempts = 0;
        var cache = new ScramKeyCache(
            4,
            _ => attempts++ == 0 ? throw new InvalidDataException() : new ScramKeys([1], [2], [3])
        );
        await Assert.ThrowsAsync<InvalidDataException>(() => Get(cache, "pencil", Challenge));
        await Get(cache, "pencil", Challenge);
        Assert.Equal(1, cache.Count);
    }

    private static ScramKeyCache Counting(int capacity, out Func<int> derived)
    {
        var count = 0;
        derived = () => count;
        return new ScramKeyCache(
            capacity,
            _ =>
            {
                Interlocked.Increment(ref count);
                return new ScramKeys([1], [2], [3]);
            }
        );
    }

    private static Task<ScramKeys> Get(ScramKeyCache cache, string password, ScramChallenge challenge) =>
        cache.GetAsync(ScramMechanism.Sha256, password, challenge, Token);
}
