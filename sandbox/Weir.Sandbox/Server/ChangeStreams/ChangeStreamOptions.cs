using System.Collections.Frozen;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>The <c>$changeStream</c> stage: what it watches, how much it tells, where it begins.</summary>
internal sealed record ChangeStreamOptions
{
    private static readonly FrozenSet<string> fields = FrozenSet.Create(
        "resumeAfter",
        "startAfter",
        "startAtOperationTime",
        "fullDocument",
        "fullDocumentBeforeChange",
        "allChangesForCluster",
        "showExpandedEvents"
    );

    private static readonly string[] startFields = ["resumeAfter", "startAfter", "startAtOperationTime"];

    /// <summary>Null for the whole cluster.</summary>
    public string? Database { get; private init; }

    /// <summary>Null for a whole database.</summary>
    public string? Collection { get; private init; }

    public string FullDocument { get; private init; } = "default";

    public string FullDocumentBeforeChange { get; private init; } = "off";

    /// <summary>Events come after this cluster time.</summary>
    public long After { get; private init; }

    public static ChangeStreamOptions Parse(CommandContext context, BsonValue specification)
    {
        var arguments = new Arguments(
            specification.IsDocument
                ? specification.AsDocument
                : throw CommandError.TypeMismatch("$changeStream stage expects a document as argument"),
            "$changeStream"
        );
        arguments.RefuseUnknown(fields);
        arguments.RefuseFlag("showExpandedEvents");
        var isCluster = arguments.Flag("allChangesForCluster");
        var collection = context.Body[0].Value.IsString ? context.Collection : null;
        if (isCluster && (collection is not null || context.Database != "admin"))
        {
            throw new CommandError(
                72,
                "InvalidOptions",
                "A $changeStream with 'allChangesForCluster:true' may only be opened on the 'admin' database, with {aggregate: 1}"
            );
        }

        return new ChangeStreamOptions
        {
            Database = isCluster ? null : context.Database,
            Collection = collection,
            FullDocument = Mode(arguments, "fullDocument", "default", "updateLookup"),
            FullDocumentBeforeChange = Mode(
                arguments,
                "fullDocumentBeforeChange",
                "off",
                "whenAvailable",
                "required"
            ),
            After = Start(context, arguments),
        };
    }

    private static string Mode(Arguments arguments, string name, params ReadOnlySpan<string> known)
    {
        var value = arguments.String(name) ?? known[0];
        return known.Contains(value)
            ? value
            : throw CommandError.NotHere($"the value '{value}' of {name} in $changeStream");
    }

    private static long Start(CommandContext context, Arguments arguments)
    {
        var given = startFields.Count(arguments.Has);
        if (given > 1)
        {
            throw new CommandError(
                40674,
                "Only one type of resume option is allowed, but multiple were found"
            );
        }

        if (given == 0)
        {
            return LogicalClock.ToInt64(context.Deployment.Clock.Current);
        }

        long after;
        if (arguments.Has("startAtOperationTime"))
        {
            var time = arguments.Raw("startAtOperationTime");
            after = time.IsTimestamp
                ? LogicalClock.ToInt64(time.AsTimestamp) - 1
                : throw CommandError.TypeMismatch("'startAtOperationTime' must be a timestamp");
        }
        else
        {
            var isAfter = arguments.Has("startAfter");
            var token = ResumeToken.Parse(arguments.RequiredDocument(isAfter ? "startAfter" : "resumeAfter"));
            if (token.IsInvalidate && !isAfter)
            {
                throw new CommandError(
                    260,
                    "InvalidResumeToken",
                    "Attempting to resume a change stream using 'resumeAfter' is not allowed from an invalidate notification."
                );
            }

            after = token.Time;
        }

        return after >= context.Deployment.Changes.Dropped ? after : throw HistoryLost();
    }

    public static CommandError HistoryLost() =>
        new(
            286,
            "ChangeStreamHistoryLost",
            "Resume of change stream was not possible, as the resume point may no longer be in the oplog."
        );
}
