using System.Diagnostics;
using System.Globalization;
using Weir.Pooling.Connections;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Metrics;

namespace Weir.Pooling.Commands;

/// <summary>
/// One command as a span: from asking for it to its outcome, its further attempts included. Part of whatever the caller
/// is traced as. Neither the command nor its documents are in it.
/// </summary>
internal static class CommandSpan
{
    // What their value names is no collection.
    private static readonly HashSet<string> OfNoCollection =
    [
        "createUser",
        "updateUser",
        "dropUser",
        "createRole",
        "updateRole",
        "dropRole",
        "renameCollection",
    ];

    public static Activity? Start(CommandRequest request, string? destination)
    {
        var collection = Collection(request);
        var span = CommandTraces.Source.StartActivity(
            $"{request.Name} {collection ?? request.Database}",
            ActivityKind.Client,
            parentContext: default,
            [
                new("db.system.name", "mongodb"),
                new("db.operation.name", request.Name),
                new("db.namespace", request.Database),
                new("db.collection.name", collection),
                new("weir.destination", destination),
            ]
        );
        return span;
    }

    public static void Succeeded(Activity? span, Server server) => Place(span, server.Address);

    /// <summary>A server's error has its code; a failure of the way there has its kind and no code.</summary>
    public static void Failed(Activity? span, Exception failure)
    {
        if (span is null)
        {
            return;
        }

        var kind = failure.GetType().FullName;
        if (failure is CommandException refused)
        {
            kind = refused.Code.ToString(CultureInfo.InvariantCulture);
            span.SetTag("db.response.status_code", kind);
            Place(span, refused.Address);
        }

        span.SetTag("error.type", kind);
        // A server's message may quote documents.
        span.SetStatus(ActivityStatusCode.Error, failure is CommandException ? null : failure.Message);
    }

    private static void Place(Activity? span, ServerAddress address)
    {
        span?.SetTag("server.address", address.Host);
        if (address.Port is not (ServerAddress.DefaultPort or 0))
        {
            span?.SetTag("server.port", address.Port);
        }
    }

    private static string? Collection(CommandRequest request)
    {
        var name = request.Name == "getMore" ? "collection" : request.Name;
        return
            !OfNoCollection.Contains(name)
            && request.Command.GetValueOrDefault(name) is { IsString: true } value
            ? value.AsString
            : null;
    }
}
