namespace Weir.Chaos.Tests;

/// <summary>Waits for conditions, never for times: looks again and again until one holds, within a bound.</summary>
internal static class Eventually
{
    /// <summary>Longer than anything takes on a loaded machine; whoever waits this long is stuck.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    public static Task HoldsAsync(Func<bool> condition, string what) => HoldsAsync(condition, () => what);

    public static async Task HoldsAsync(Func<bool> condition, Func<string> what, TimeSpan more = default)
    {
        long started = TimeProvider.System.GetTimestamp();
        using var timer = new PeriodicTimer(Look);
        while (!condition())
        {
            if (TimeProvider.System.GetElapsedTime(started) > Patience + more)
                Assert.Fail($"waited {Patience.TotalSeconds:0} s in vain: {what()}");
            await timer.WaitForNextTickAsync();
        }
    }
}
