using Weir.Doctor.Looks;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Doctor.Checks;

/// <summary>
/// Watches a deployment's connections for a time and says whether they stayed at or below a number per server.
/// </summary>
/// <remarks>Its own connections do not count, and those between servers do not as far as they may be seen.</remarks>
public sealed class ConnectionCheck(int max, TimeSpan duration, string? appName = null)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    /// <summary>Watches, and judges.</summary>
    /// <param name="observer">A connected observer.</param>
    /// <param name="time">The clock.</param>
    /// <param name="onLook">Hears of every look: the most connections that a server had at it.</param>
    /// <param name="cancellationToken">Ends the watch early; what was seen till then is judged.</param>
    /// <exception cref="LookException">
    /// A server could not be looked at, or the application's connections cannot be told from others.
    /// </exception>
    public async Task<ConnectionVerdict> RunAsync(
        Observer observer,
        TimeProvider time,
        Action<int>? onLook = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(observer);
        ArgumentNullException.ThrowIfNull(time);
        var tallies = new Dictionary<ServerAddress, PeakTally>();
        var blindSpots = new HashSet<BlindSpot>();
        var started = observer.Elapsed;
        var looks = 0;
        do
        {
            foreach (var look in await observer.LookAsync(CancellationToken.None))
            {
                Require(look);
                blindSpots.UnionWith(look.BlindSpots);
                if (!tallies.TryGetValue(look.Address, out var tally))
                {
                    tally = tallies[look.Address] = new PeakTally(look, appName);
                }

                tally.Add(look, time.GetUtcNow());
                onLook?.Invoke(look.OfClients);
            }

            looks++;
            await PauseAsync(started + duration - observer.Elapsed, time, cancellationToken);
        } while (observer.Elapsed - started < duration && !cancellationToken.IsCancellationRequested);

        var servers = tallies.Values.Select(tally => tally.End(started)).ToList();
        return new ConnectionVerdict
        {
            Passed = servers.TrueForAll(server => server.Peak <= max),
            Max = max,
            AppName = appName,
            WatchedSeconds = Math.Round((observer.Elapsed - started).TotalSeconds, 1),
            Looks = looks,
            Servers = servers,
            BlindSpots = [.. blindSpots],
        };
    }

    private void Require(ServerLook look)
    {
        if (appName is not null && look.Connections is null)
        {
            throw new LookException(
                $"the connections of application '{appName}' cannot be told from others on {look.Address}: "
                    + string.Join("; ", look.BlindSpots.Select(spot => $"{spot.Why}. It needs {spot.Remedy}"))
            );
        }
    }

    private static async Task PauseAsync(
        TimeSpan left,
        TimeProvider time,
        CancellationToken cancellationToken
    )
    {
        var pause = left < Interval ? left : Interval;
        if (pause > TimeSpan.Zero)
        {
            await Task.Delay(pause, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
