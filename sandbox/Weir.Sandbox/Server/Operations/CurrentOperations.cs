using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What $currentOp shows: running operations, idle connections with who they are, sessions with a transaction.</summary>
internal static class CurrentOperations
{
    public static List<BsonDocument> List(CommandContext context, BsonValue specification)
    {
        if (context.Database != "admin")
        {
            throw new CommandError(
                73,
                "InvalidNamespace",
                "$currentOp must be run against the 'admin' database with {aggregate: 1}"
            );
        }

        var options = new Arguments(
            specification.IsDocument
                ? specification.AsDocument
                : throw CommandError.FailedToParse("$currentOp options must be specified in an object"),
            "$currentOp"
        );
        foreach (var name in options.All.Names)
        {
            if (
                name
                is not (
                    "allUsers"
                    or "idleConnections"
                    or "idleCursors"
                    or "idleSessions"
                    or "localOps"
                    or "targetAllNodes"
                )
            )
            {
                throw CommandError.FailedToParse($"Unrecognized option '{name}' in $currentOp stage.");
            }
        }

        options.RefuseFlag("targetAllNodes");
        var shown = new List<BsonDocument>();
        var user = context.Connection.Authentication.User;
        var isAll = options.Flag("allUsers");
        foreach (var connection in context.Member.Connections.Snapshot())
        {
            var operation = connection.Current;
            var isMine = isAll || connection.Authentication.User == user;
            if (isMine && (operation is not null || options.Flag("idleConnections")))
            {
                shown.Add(Describe(connection, operation));
            }
        }

        if (options.Flag("idleCursors"))
        {
            shown.AddRange(
                context
                    .Member.Cursors.Snapshot()
                    .Where(cursor => !cursor.IsPinned)
                    .Select(cursor => Describe(cursor, context.Member.Address))
            );
        }

        if (options.Flag("idleSessions", otherwise: true))
        {
            shown.AddRange(
                context
                    .Deployment.Sessions.Snapshot()
                    .Where(session =>
                        session.State == TransactionState.InProgress && (isAll || session.Id.User == user)
                    )
                    .Select(session => Describe(session, context.Deployment.Time.GetUtcNow()))
            );
        }

        return shown;
    }

    private static BsonDocument Describe(ClientConnection connection, Operation? operation)
    {
        var document = new BsonDocument
        {
            ["type"] = "op",
            ["host"] = connection.Member.Address,
            ["desc"] = $"conn{connection.Id}",
            ["connectionId"] = connection.Id,
            ["client"] = connection.Remote,
        };
        AddMetadata(document, connection);
        document["isFromUserConnection"] = true;
        document["threaded"] = true;
        document["active"] = operation is not null;
        document["currentOpTime"] = connection.Member.Deployment.Time.GetUtcNow().ToString("O");
        if (connection.Authentication.IsAuthenticated)
        {
            document["effectiveUsers"] = new BsonArray(
                connection.Authentication.Users.Select(user =>
                    (BsonValue)new BsonDocument { ["user"] = user.Name, ["db"] = user.Database }
                )
            );
        }

        if (operation is null)
        {
            document["op"] = "none";
            document["ns"] = "";
            document["command"] = new BsonDocument();
            return document;
        }

        Add(document, operation);
        return document;
    }

    private static void Add(BsonDocument document, Operation operation)
    {
        var request = operation.Request;
        document["opid"] = operation.Id;
        if (operation.Session is { } session)
        {
            document["lsid"] = session.ToDocument();
        }

        document["secs_running"] = (long)operation.Elapsed.TotalSeconds;
        document["microsecs_running"] = (long)operation.Elapsed.TotalMicroseconds;
        document["op"] = request.Name switch
        {
            "insert" or "update" => request.Name,
            "delete" => "remove",
            "getMore" => "getmore",
            "find" => "query",
            _ => "command",
        };
        var first = request.Body[0].Value;
        var collection = request.Name == "getMore" ? request.Body.GetValueOrDefault("collection") : first;
        document["ns"] = collection.IsString
            ? $"{request.Database}.{collection.AsString}"
            : $"{request.Database}.$cmd";
        document["command"] = request.Body.Clone();
        document["waitingForLatch"] = operation.IsWaiting;
    }

    private static void AddMetadata(BsonDocument document, ClientConnection connection)
    {
        if (connection.Metadata is not { } metadata)
        {
            return;
        }

        if (metadata.AppName.Length > 0)
        {
            document["appName"] = metadata.AppName;
        }

        document["clientMetadata"] = metadata.Document.Clone();
    }

    private static BsonDocument Describe(ServerCursor cursor, string host)
    {
        var document = new BsonDocument
        {
            ["type"] = "idleCursor",
            ["host"] = host,
            ["ns"] = cursor.Namespace,
            ["cursor"] = new BsonDocument
            {
                ["cursorId"] = cursor.Id,
                ["noCursorTimeout"] = cursor.HasNoTimeout,
                ["tailable"] = cursor.IsTailable,
                ["awaitData"] = cursor.AwaitsData,
                ["originatingCommand"] = cursor.Origin?.Clone(),
            },
        };
        if (cursor.Session is { } session)
        {
            document["lsid"] = session.ToDocument();
        }

        return document;
    }

    private static BsonDocument Describe(ServerSession session, DateTimeOffset now)
    {
        var document = new BsonDocument { ["type"] = "idleSession", ["desc"] = "inactive transaction" };
        if (session.LastUser is { } connection)
        {
            document["host"] = connection.Member.Address;
            document["client"] = connection.Remote;
            document["connectionId"] = connection.Id;
            AddMetadata(document, connection);
        }

        document["lsid"] = session.Id.ToDocument();
        document["transaction"] = new BsonDocument
        {
            ["parameters"] = new BsonDocument { ["txnNumber"] = session.Number, ["autocommit"] = false },
            ["startWallClockTime"] = session.StartedAt.ToString("O"),
            ["timeOpenMicros"] = (long)(now - session.StartedAt).TotalMicroseconds,
            ["timeInactiveMicros"] = (long)session.Unused.TotalMicroseconds,
        };
        document["active"] = false;
        return document;
    }
}
