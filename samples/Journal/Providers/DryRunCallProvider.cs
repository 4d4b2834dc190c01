namespace Weir.Samples.Journal.Providers;

/// <summary>Calls nobody: every call is over at once.</summary>
internal sealed class DryRunCallProvider : ICallProvider
{
    public Task<string> PlaceAsync(
        string key,
        string phone,
        string prompt,
        CancellationToken cancellationToken
    ) => Task.FromResult($"dry:{key}");

    public Task<CallStatus> GetAsync(string id, CancellationToken cancellationToken) =>
        Task.FromResult(new CallStatus("A quiet day."));
}
