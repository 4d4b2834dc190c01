using Weir.Doctor.Looks;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Doctor.Watching;

/// <summary>
/// Looks at every server of a deployment again and again for a time. A second run knows from the one before how long
/// connections have been idle. For one caller at a time.
/// </summary>
internal sealed class DeploymentWatch(Observer observer, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    private Dictionary<ServerAddress, Dictionary<(long Id, int Port), TimeSpan>> _idleSince = [];

    public async Task<List<ServerWatch>> RunAsync(TimeSpan duration, CancellationToken cancellationToken)
    {
        var watches = new Dictionary<ServerAddress, ServerWatch>();
        var own = LocalProcesses.OwnAddresses();
        var started = observer.Elapsed;
        var looks = 0;
        while (true)
        {
            foreach (var look in await observer.LookAsync(CancellationToken.None))
            {
                if (!watches.TryGetValue(look.Address, out var watch))
                {
                    watch = watches[look.Address] = new ServerWatch(
                        look,
                        _idleSince.GetValueOrDefault(look.Address)
                    );
                }

                watch.Add(look);
            }

            // Once at the beginning, for those that leave, and once at the end, for those that came.
            var isOver = observer.Elapsed - started >= duration || cancellationToken.IsCancellationRequested;
            if (looks++ == 0 || isOver)
            {
                FindProcesses(watches.Values, own);
            }

            if (isOver)
            {
                _idleSince = watches.ToDictionary(watch => watch.Key, watch => watch.Value.IdleSince);
                return [.. watches.Values];
            }

            await Task.Delay(Interval, time, cancellationToken)
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private static void FindProcesses(IEnumerable<ServerWatch> watches, HashSet<string> own)
    {
        var byPorts = LocalProcesses.ByPorts();
        foreach (var watch in watches)
        {
            watch.FindProcesses(byPorts, own);
        }
    }
}
