namespace Weir.Samples.Journal.Providers;

/// <summary>A telephony service.</summary>
public interface ICallProvider
{
    /// <summary>Places a call. Placed again with the same key, it is the same call.</summary>
    /// <returns>The service's own id of the call.</returns>
    /// <exception cref="HttpRequestException">The service refused or did not answer.</exception>
    Task<string> PlaceAsync(string key, string phone, string prompt, CancellationToken cancellationToken);

    /// <summary>How a call goes.</summary>
    /// <exception cref="HttpRequestException">The service refused or did not answer.</exception>
    Task<CallStatus> GetAsync(string id, CancellationToken cancellationToken);
}
