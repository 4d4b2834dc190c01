using System.Diagnostics.Metrics;

namespace Weir.Proxy.Metrics;

/// <summary>What is read off the pooler when somebody asks: the one table of these instruments.</summary>
internal static class ProxyInstruments
{
    private static readonly (string Type, Func<ProxyStatistics, long> Read)[] Errors =
    [
        ("server_selection", s => s.SelectionErrors),
        ("check_out_timeout", s => s.CheckOutTimeouts),
        ("overload", s => s.Overloads),
        ("server_lost", s => s.LostServers),
        (
            "other",
            s =>
                // Each number is read by itself, so a sum may be ahead of its parts for a moment.
                Math.Max(0, s.Errors - s.SelectionErrors - s.CheckOutTimeouts - s.Overloads - s.LostServers)
        ),
    ];

    public static void Create(Meter meter, ProxyServer proxy)
    {
        Level("weir.clients", "{client}", "Client connections that are open.", s => s.Clients);
        Total("weir.clients.accepted", "{client}", "Client connections accepted.", s => s.ClientsTotal);
        Total(
            "weir.clients.broken",
            "{client}",
            "Client connections closed because they broke the protocol.",
            s => s.ClientsBroken
        );
        Many(
            "weir.requests",
            "{request}",
            "Requests, by who answered them.",
            s =>
                [
                    new(s.Exchanges, new KeyValuePair<string, object?>("weir.answered_by", "server")),
                    new(s.LocalAnswers, new KeyValuePair<string, object?>("weir.answered_by", "weir")),
                ]
        );
        Many(
            "weir.errors",
            "{error}",
            "Requests that Weir answered with an error of its own, by its kind.",
            s =>
                Errors.Select(e => new Measurement<long>(
                    e.Read(s),
                    new KeyValuePair<string, object?>("error.type", e.Type)
                ))
        );
        Total("weir.retries", "{request}", "Requests sent a second time.", s => s.Retries);
        Total(
            "weir.exchanges.abandoned",
            "{exchange}",
            "Exchanges given up because their client went.",
            s => s.Abandoned
        );
        Total(
            "weir.replies.streamed",
            "{reply}",
            "Replies longer than what is buffered.",
            s => s.StreamedReplies
        );
        Level("weir.buffered", "By", "Bytes of requests and replies held.", s => s.BufferedBytes);
        Level(
            "weir.buffered.waiting",
            "{request}",
            "Large requests that wait for room among the buffered bytes.",
            s => s.WaitingForBytes
        );
        Level("weir.cursors", "{cursor}", "Open cursors.", s => s.Cursors);
        Level("weir.transactions", "{transaction}", "Pinned transactions.", s => s.Transactions);

        void Level(string name, string unit, string description, Func<ProxyStatistics, long> read) =>
            meter.CreateObservableUpDownCounter(name, () => read(proxy.Statistics), unit, description);

        void Total(string name, string unit, string description, Func<ProxyStatistics, long> read) =>
            meter.CreateObservableCounter(name, () => read(proxy.Statistics), unit, description);

        void Many(
            string name,
            string unit,
            string description,
            Func<ProxyStatistics, IEnumerable<Measurement<long>>> read
        ) => meter.CreateObservableCounter(name, () => read(proxy.Statistics), unit, description);
    }
}
