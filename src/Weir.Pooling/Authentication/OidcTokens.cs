namespace Weir.Pooling.Authentication;

/// <summary>
/// The access token of one credential: fetched when it is first needed, once for all who need it, and kept until a
/// server refuses it. Thread-safe; the fetch runs on the thread pool.
/// </summary>
/// <param name="fetch">Gets a new token.</param>
/// <param name="time">The clock of the pause between two fetches.</param>
internal sealed class OidcTokens(Func<ValueTask<string>> fetch, TimeProvider time)
{
    /// <summary>The least time between two fetches, so that a token which is refused at once causes no storm.</summary>
    public static readonly TimeSpan LeastApart = TimeSpan.FromMilliseconds(100);

    private readonly Lock _gate = new();
    private string? _current;
    private Task<string>? _fetching;
    private long? _fetchedAt;

    /// <summary>The token that is known; null: none.</summary>
    public string? Current
    {
        get
        {
            lock (_gate)
            {
                return _current;
            }
        }
    }

    /// <summary>The token, and whether somebody else had it before. Cancelling ends only this wait.</summary>
    public async ValueTask<(string Token, bool WasKnown)> GetAsync(CancellationToken cancellationToken)
    {
        Task<string> fetching;
        bool isOthers;
        lock (_gate)
        {
            if (_current is { } known)
            {
                return (known, true);
            }

            isOthers = _fetching is not null;
            fetching = _fetching ??= Task.Run(FetchAsync, CancellationToken.None);
        }

        return (await fetching.WaitAsync(cancellationToken), isOthers);
    }

    /// <summary>Forgets a token that was refused; a newer one stays.</summary>
    public void Invalidate(string token)
    {
        lock (_gate)
        {
            _current = _current == token ? null : _current;
        }
    }

    private async Task<string> FetchAsync()
    {
        string? fetched = null;
        try
        {
            if (_fetchedAt is { } before && LeastApart - time.GetElapsedTime(before) is { Ticks: > 0 } pause)
            {
                await Task.Delay(pause, time);
            }

            _fetchedAt = time.GetTimestamp();
            return fetched = await fetch();
        }
        finally
        {
            lock (_gate)
            {
                _current = fetched;
                _fetching = null;
            }
        }
    }
}
