using System.Diagnostics;
using System.Globalization;
using System.Text;
using Weir.Pooling.ConnectionStrings;
using Weir.Proxy.Commands;
using Weir.Proxy.Exchanges;

namespace Weir.Proxy.Metrics;

/// <summary>Makes spans of one upstream's exchanges, once they have ended. Thread-safe.</summary>
/// <remarks>
/// A span is made when all is known of it, so that an exchange that nobody traces carries nothing with it. Samplers
/// are told the kind of command and the upstream; what has to be made a text for it comes only once they want it.
/// </remarks>
internal sealed class ExchangeSpans(string upstream, double ratio, TimeProvider time)
{
    private readonly string[] _operations = Array.ConvertAll(
        Enum.GetValues<CommandKind>(),
        OperationNames.Of
    );

    private readonly KeyValuePair<string, object?>[][] _tags = Array.ConvertAll(
        Enum.GetValues<CommandKind>(),
        kind =>
            (KeyValuePair<string, object?>[])
                [
                    new("db.system.name", "mongodb"),
                    new("db.operation.name", OperationNames.Of(kind)),
                    new("weir.upstream", upstream),
                ]
    );

    /// <summary>Whether an exchange is of the share that there are spans of.</summary>
    public bool IsChosen() => ratio >= 1 || Random.Shared.NextDouble() < ratio;

    public void Tell(Exchange x, TimeSpan duration)
    {
        DateTimeOffset end = time.GetUtcNow();
        // A loop may have been started while something else was traced, which an exchange is no part of.
        Activity.Current = null;
        using Activity? span = ProxyTraces.Source.StartActivity(
            _operations[(int)x.View.Kind],
            ActivityKind.Client,
            parentContext: default,
            _tags[(int)x.View.Kind],
            startTime: end - duration
        );
        if (span is null)
            return;
        span.SetEndTime(end.UtcDateTime);
        if (!span.IsAllDataRequested)
            return;
        Name(span, x);
        Place(span, x);
        Outcome(span, x);
    }

    private static void Name(Activity span, Exchange x)
    {
        string operation = x.View.Text ?? Text(x, x.View.Name);
        (string database, string? collection) = Namespace(x);
        span.DisplayName = $"{operation} {collection ?? database}";
        span.SetTag("db.operation.name", operation);
        span.SetTag("db.namespace", database);
        span.SetTag("db.collection.name", collection);
    }

    private void Place(Activity span, Exchange x)
    {
        if (x.Server?.Address is { } address)
        {
            span.SetTag("server.address", address.Host);
            if (address.Port is not (ServerAddress.DefaultPort or 0))
                span.SetTag("server.port", address.Port);
        }
        if (x.SentAt != 0)
            span.SetTag("weir.wait_time", time.GetElapsedTime(x.Started, x.SentAt).TotalSeconds);
        if (x.Attempts > 1)
            span.SetTag("weir.attempts", x.Attempts);
        span.SetTag("weir.client", x.Client.Id);
        span.SetTag("weir.application", x.Client.Application);
    }

    /// <summary>An error of the server's has its code; one of Weir's own has its name and no code.</summary>
    private static void Outcome(Activity span, Exchange x)
    {
        if (x.Error is { } error)
        {
            span.SetTag("error.type", error.Code.ToString());
            span.SetStatus(ActivityStatusCode.Error, error.Message);
        }
        else if (!x.ReplyView.Body.IsEmpty && !x.ReplyView.IsOk)
        {
            string code = x.ReplyView.Code.ToString(CultureInfo.InvariantCulture);
            span.SetTag("db.response.status_code", code);
            span.SetTag("error.type", code);
            span.SetStatus(ActivityStatusCode.Error);
        }
    }

    private static (string Database, string? Collection) Namespace(Exchange x)
    {
        if (x.Cursor.Namespace is { } ns && ns.IndexOf('.') is > 0 and var dot)
            return (ns[..dot], ns[(dot + 1)..]);
        string database = Text(x, x.View.Database);
        return (database, NamesCollection(x.View) ? Text(x, x.View.Target) : null);
    }

    /// <summary>Of a command that Weir does not know, nobody knows what its value names.</summary>
    private static bool NamesCollection(in CommandView view) =>
        !view.Target.IsEmpty
        && view.Text
            is not (
                null
                or "createUser"
                or "updateUser"
                or "dropUser"
                or "createRole"
                or "updateRole"
                or "dropRole"
                or "renameCollection"
            );

    private static string Text(Exchange x, ByteRange range) =>
        Encoding.UTF8.GetString(range.Of(x.RequestBytes));
}
