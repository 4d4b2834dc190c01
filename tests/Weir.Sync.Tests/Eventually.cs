namespace Weir.Sync.Tests;

/// <summary>Waits for what happens in its own time; gives up after half a minute.</summary>
internal static class Eventually
{
    public static async Task TrueAsync(Func<bool> condition)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (!condition())
        {
            await Task.Delay(
                5,
                CancellationTokenSource.CreateLinkedTokenSource(patience.Token, Stage.Ending).Token
            );
        }
    }
}
