using Weir.Pooling.Commands;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>Turns operations into commands of the engine, as a driver's API would.</summary>
internal abstract class UnifiedCommands(UnifiedEntities entities, UnifiedTarget target)
{
    protected UnifiedTarget Target => target;

    protected CommandRunner Runner => target.Client.Runner;

    public Task<object?> RunAsync(string name, UnifiedArguments arguments)
    {
        var session = arguments.Optional("session") is { } id ? entities.Session(id.AsString).Session : null;
        return RunAsync(name, arguments, session);
    }

    protected abstract Task<object?> RunAsync(
        string name,
        UnifiedArguments arguments,
        CommandSession? session
    );

    protected static InvalidDataException Unknown(string name) =>
        new($"the operation '{name}' is unknown to the runner");

    /// <summary>A command that reads, with the read concern and preference of the place.</summary>
    protected CommandRequest Read(BsonDocument command, CommandSession? session, bool concern = true)
    {
        if (concern && session?.IsInTransaction != true && target.ReadConcern is { Count: > 0 } level)
        {
            command["readConcern"] = level;
        }
        return new CommandRequest(target.Database, command)
        {
            Kind = CommandKind.Read,
            IsRetryable = true,
            ReadPreference =
                session?.IsInTransaction == true
                    ? session.TransactionOptions.ReadPreference
                    : target.ReadPreference,
            Session = session,
        };
    }

    /// <summary>A command that writes, with the write concern of the place.</summary>
    protected CommandRequest Write(BsonDocument command, CommandSession? session, bool isRetryable)
    {
        if (session?.IsInTransaction != true && target.WriteConcern is { Count: > 0 } concern)
        {
            command["writeConcern"] = concern;
        }
        return new CommandRequest(target.Database, command)
        {
            Kind = CommandKind.Write,
            IsRetryable = isRetryable && IsAcknowledged,
            Session = session,
        };
    }

    protected async Task<BsonDocument> RunAsync(CommandRequest request, UnifiedArguments arguments)
    {
        arguments.AssertAllKnown();
        var reply = (await Runner.RunAsync(request)).Reply;
        if (request.Kind == CommandKind.Write)
        {
            WriteFailedException.ThrowIfFailed(reply);
        }
        return reply;
    }

    protected async Task<CommandCursor> OpenAsync(
        CommandRequest request,
        UnifiedArguments arguments,
        BsonDocument? getMore = null
    )
    {
        arguments.AssertAllKnown();
        return await CommandCursor.OpenAsync(Runner, request, getMore);
    }

    protected async Task<BsonArray> ReadAllAsync(
        CommandRequest request,
        UnifiedArguments arguments,
        BsonDocument? getMore = null
    )
    {
        await using var cursor = await OpenAsync(request, arguments, getMore);
        var all = new BsonArray();
        while (await cursor.NextAsync() is { } document)
        {
            all.Add(document);
        }
        return all;
    }

    protected CommandRequest Aggregate(BsonValue place, UnifiedArguments arguments, CommandSession? session)
    {
        var pipeline = arguments["pipeline"].AsArray;
        var cursor = new BsonDocument();
        arguments.CopyTo(cursor, "batchSize");
        var command = new BsonDocument
        {
            ["aggregate"] = place,
            ["pipeline"] = pipeline,
            ["cursor"] = cursor,
        };
        arguments.CopyTo(command, "allowDiskUse", "maxTimeMS", "collation", "hint", "let", "comment");
        var last = pipeline.Count > 0 ? pipeline[^1].AsDocument[0].Name : "";
        return last is "$out" or "$merge"
            ? Write(command, session, isRetryable: false)
            : Read(command, session);
    }

    protected CommandRequest ChangeStream(
        BsonValue place,
        UnifiedArguments arguments,
        CommandSession? session,
        bool wholeCluster = false
    )
    {
        var stage = new BsonDocument();
        if (wholeCluster)
        {
            stage["allChangesForCluster"] = true;
        }
        arguments.CopyTo(
            stage,
            "fullDocument",
            "fullDocumentBeforeChange",
            "resumeAfter",
            "startAfter",
            "startAtOperationTime",
            "showExpandedEvents"
        );
        var cursor = new BsonDocument();
        arguments.CopyTo(cursor, "batchSize");
        var command = new BsonDocument
        {
            ["aggregate"] = place,
            ["pipeline"] = new BsonArray(
                arguments["pipeline"].AsArray.Prepend(new BsonDocument { ["$changeStream"] = stage })
            ),
            ["cursor"] = cursor,
        };
        arguments.CopyTo(command, "collation", "comment");
        return Read(command, session);
    }

    protected static BsonDocument GetMore(UnifiedArguments arguments)
    {
        var fields = new BsonDocument();
        arguments.CopyTo(fields, "batchSize", "maxTimeMS", "comment");
        return fields;
    }

    private bool IsAcknowledged =>
        target.WriteConcern?.GetValueOrDefault("w") is not { IsNumber: true } w || w.ToInt32() != 0;
}
