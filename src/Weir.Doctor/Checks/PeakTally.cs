using Weir.Doctor.Looks;

namespace Weir.Doctor.Checks;

/// <summary>One server's figures while it is watched: the peak, and who made it. Not thread-safe.</summary>
internal sealed class PeakTally(ServerLook first, string? appName)
{
    private readonly long _createdBefore = first.TotalCreated;
    private ServerLook _last = first;
    private ServerLook _peak = first;
    private DateTimeOffset _peakAt;
    private int _most = -1;

    public void Add(ServerLook look, DateTimeOffset now)
    {
        _last = look;
        if (Count(look) > _most)
        {
            _most = Count(look);
            _peak = look;
            _peakAt = now;
        }
    }

    public ServerVerdict End(TimeSpan startedAt) =>
        new()
        {
            Server = _peak.Address.ToString(),
            Peak = _most,
            PeakAt = _peakAt,
            PeakAfterSeconds = Math.Round((_peak.At - startedAt).TotalSeconds, 1),
            Last = Count(_last),
            Opened = Math.Max(0, _last.TotalCreated - _createdBefore),
            Holders = Holders(_peak),
            Own = _peak.Own,
            Internal = _peak.Internal,
        };

    private int Count(ServerLook look) => appName is null ? look.OfClients : Counted(look).Count();

    private IEnumerable<ConnectionSeen> Counted(ServerLook look) =>
        (look.Connections ?? []).Where(seen =>
            seen.IsOfClient && (appName is null || seen.AppName == appName)
        );

    private List<HolderCount>? Holders(ServerLook look) =>
        look.Connections is null
            ? null
            :
            [
                .. Counted(look)
                    .GroupBy(seen =>
                        (seen.AppName, Driver: $"{seen.Driver} {seen.DriverVersion}".Trim(), seen.Host)
                    )
                    .Select(group => new HolderCount(
                        group.Key.AppName,
                        group.Key.Driver,
                        group.Key.Host,
                        group.Count()
                    ))
                    .OrderByDescending(holder => holder.Connections)
                    .ThenBy(holder => holder.AppName, StringComparer.Ordinal),
            ];
}
