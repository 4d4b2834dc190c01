using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weir.Pooling.Events;
using Weir.Pooling.Pools;
using Weir.Pooling.Topologies;

namespace Weir.Pooling.Metrics;

/// <summary>What is read off pools and servers when somebody asks: the one table of these instruments.</summary>
internal static class PoolInstruments
{
    private delegate IEnumerable<Measurement<long>> Reading(Server server, PoolTags tags);

    public static void Create(Meter meter, ConcurrentDictionary<Server, PoolTags> servers)
    {
        Level("db.client.connection.count", "{connection}", "Connections, by state.", Counts);
        Level(
            "db.client.connection.max",
            "{connection}",
            "The most open connections allowed (maxPoolSize); not there where there is no limit.",
            (s, t) => s.Pool.Options.MaxPoolSize > 0 ? [new(s.Pool.Options.MaxPoolSize, t.Plain)] : []
        );
        Level(
            "db.client.connection.idle.max",
            "{connection}",
            "The most idle connections allowed; the same as the most open ones.",
            (s, t) => s.Pool.Options.MaxPoolSize > 0 ? [new(s.Pool.Options.MaxPoolSize, t.Plain)] : []
        );
        Level(
            "db.client.connection.idle.min",
            "{connection}",
            "The fewest connections kept (minPoolSize).",
            (s, t) => [new(s.Pool.Options.MinPoolSize, t.Plain)]
        );
        Level(
            "db.client.connection.pending_requests",
            "{request}",
            "Check-outs that wait for a connection.",
            (s, t) => [new(s.Pool.Statistics.Waiting, t.Plain)]
        );
        Total(
            "db.client.connection.timeouts",
            "{timeout}",
            "Check-outs whose time in the wait queue ran out.",
            (s, t) => [new(s.Pool.Statistics.TimedOut, t.Plain)]
        );
        Total(
            "weir.connection.refusals",
            "{request}",
            "Check-outs refused because the wait queue was full.",
            (s, t) => [new(s.Pool.Statistics.Refused, t.Plain)]
        );
        Total(
            "weir.connection.check_outs",
            "{request}",
            "Check-outs that got a connection.",
            (s, t) => [new(s.Pool.Statistics.CheckedOut, t.Plain)]
        );
        Total(
            "weir.connection.created",
            "{connection}",
            "Connections created.",
            (s, t) => [new(s.Pool.Statistics.Created, t.Plain)]
        );
        Total("weir.connection.closed", "{connection}", "Connections closed, by reason.", Closed);
        Total(
            "weir.pool.clears",
            "{clear}",
            "How often the pool was cleared.",
            (s, t) => [new(s.Pool.Statistics.Generation, t.Plain)]
        );
        Level(
            "weir.server.up",
            "{server}",
            "1 when operations can be sent to the server, else 0.",
            (s, t) => [new(s.Description.IsDataBearing ? 1 : 0, t.Server)]
        );
        Level(
            "weir.server.primary",
            "{server}",
            "1 when the server takes writes, else 0.",
            (s, t) => [new(TakesWrites(s.Description.Type) ? 1 : 0, t.Server)]
        );
        meter.CreateObservableGauge(
            "weir.server.round_trip_time",
            () =>
                servers
                    .Where(s => s.Key.Description.RoundTripTime is not null)
                    .Select(s => new Measurement<double>(
                        s.Key.Description.RoundTripTime!.Value.TotalSeconds,
                        s.Value.Server
                    )),
            "s",
            "The average duration of a hello."
        );

        void Level(string name, string unit, string description, Reading read) =>
            meter.CreateObservableUpDownCounter(name, () => Read(read), unit, description);

        void Total(string name, string unit, string description, Reading read) =>
            meter.CreateObservableCounter(name, () => Read(read), unit, description);

        IEnumerable<Measurement<long>> Read(Reading read) => servers.SelectMany(s => read(s.Key, s.Value));
    }

    private static IEnumerable<Measurement<long>> Counts(Server server, PoolTags tags)
    {
        var pool = server.Pool.Statistics;
        return [new(pool.Available, tags.Idle), new(pool.InUse, tags.Used), new(pool.Pending, tags.Pending)];
    }

    private static IEnumerable<Measurement<long>> Closed(Server server, PoolTags tags)
    {
        var pool = server.Pool.Statistics;
        return Enum.GetValues<ConnectionCloseReason>()
            .Select(reason => new Measurement<long>(pool.ClosedFor(reason), tags.Closed[(int)reason]));
    }

    private static bool TakesWrites(ServerType type) =>
        type is ServerType.RSPrimary or ServerType.Standalone or ServerType.Mongos or ServerType.LoadBalancer;
}
