using System.Net;
using Weir.Proxy.Snapshots;

namespace Weir.Proxy.Administration;

/// <summary>The client connections of one application, driver, host and user.</summary>
internal sealed record ApplicationGroup(string? Application, string? Driver, string? Host, string? User)
{
    public int Connections { get; private init; }

    public int Running { get; private init; }

    public int Waiting { get; private init; }

    /// <summary>Null: no command is in hand.</summary>
    public TimeSpan? Longest { get; private init; }

    public long Requests { get; private init; }

    public int Cursors { get; private init; }

    public int Transactions { get; private init; }

    /// <summary>Groups clients; the group with most connections comes first.</summary>
    public static IEnumerable<ApplicationGroup> From(IEnumerable<ClientSnapshot> clients) =>
        clients
            .GroupBy(c => new ApplicationGroup(c.Application, c.Driver, HostOf(c.Address), c.User))
            .Select(group =>
                group.Key with
                {
                    Connections = group.Count(),
                    Running = group.Count(c => ClientStates.Of(c) == "running"),
                    Waiting = group.Count(c => ClientStates.Of(c) == "waiting"),
                    Longest = group.Where(ClientStates.IsBusy).Max(c => (TimeSpan?)c.Since),
                    Requests = group.Sum(c => c.Requests),
                    Cursors = group.Sum(c => c.Cursors),
                    Transactions = group.Sum(c => c.Transactions),
                }
            )
            .OrderByDescending(a => a.Connections);

    private static string? HostOf(EndPoint? address) =>
        address switch
        {
            IPEndPoint ip => ip.Address.ToString(),
            DnsEndPoint dns => dns.Host,
            _ => null,
        };
}
