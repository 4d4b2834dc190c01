using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// A cursor that a command of Weir's own opened. It stays on its server, and behind a load balancer on its
/// connection, which goes back when the cursor is read to its end or closed. For one caller.
/// </summary>
public sealed class CommandCursor : IAsyncDisposable
{
    private readonly CommandRunner _runner;
    private readonly CommandRequest _request;
    private readonly BsonDocument _getMore;
    private readonly Server _server;
    private readonly string _collection;
    private readonly string _database;
    private readonly Queue<BsonDocument> _batch = new();
    private readonly CommandSession? _ownSession;
    private PooledConnection? _connection;
    private bool _isLost;
    private bool _isClosed;

    private CommandCursor(
        CommandRunner runner,
        CommandRequest request,
        BsonDocument getMore,
        in CommandOutcome outcome,
        BsonDocument cursor
    )
    {
        _runner = runner;
        _request = request;
        _getMore = getMore;
        _server = outcome.Server;
        _connection = outcome.Connection;
        _ownSession = outcome.Session;
        var place = cursor["ns"].AsString;
        var dot = place.IndexOf('.', StringComparison.Ordinal);
        _database = place[..dot];
        _collection = place[(dot + 1)..];
        Id = cursor["id"].ToInt64();
        Fill(cursor["firstBatch"].AsArray);
        PostBatchResumeToken = cursor.GetValueOrDefault("postBatchResumeToken");
    }

    /// <summary>The server's number; 0 once it is read to its end.</summary>
    public long Id { get; private set; }

    /// <summary>Where a change stream can go on from.</summary>
    public BsonValue PostBatchResumeToken { get; private set; }

    private CommandSession? Session => _request.Session ?? _ownSession;

    /// <summary>Runs a command whose reply is a cursor.</summary>
    /// <param name="runner">What runs it.</param>
    /// <param name="request">The command.</param>
    /// <param name="getMore">
    /// What each getMore carries beside the cursor: <c>batchSize</c>, <c>maxTimeMS</c>, <c>comment</c>.
    /// </param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FormatException">The reply is no cursor.</exception>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public static async ValueTask<CommandCursor> OpenAsync(
        CommandRunner runner,
        CommandRequest request,
        BsonDocument? getMore = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(runner);
        ArgumentNullException.ThrowIfNull(request);
        var outcome = await runner.RunAsync(
            request with
            {
                KeepsConnection = static reply =>
                    CursorOf(reply)?.GetValueOrDefault("id") is { IsNumber: true } id && id.ToInt64() != 0,
            },
            cancellationToken
        );
        var cursor =
            CursorOf(outcome.Reply)
            ?? throw new FormatException($"the reply to {request.Name} holds no cursor: {outcome.Reply}");
        return new CommandCursor(runner, request, getMore ?? [], outcome, cursor);
    }

    /// <summary>The next document; <see langword="null"/> at the end, or when the next batch was empty.</summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async ValueTask<BsonDocument?> TryNextAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_batch.Count == 0 && Id != 0)
        {
            await FetchAsync(cancellationToken);
        }
        return _batch.TryDequeue(out var document) ? document : null;
    }

    /// <summary>The next document, however many empty batches come first; <see langword="null"/> at the end.</summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async ValueTask<BsonDocument?> NextAsync(CancellationToken cancellationToken = default)
    {
        while (true)
        {
            if (await TryNextAsync(cancellationToken) is { } document)
            {
                return document;
            }
            if (Id == 0)
            {
                return null;
            }
        }
    }

    /// <summary>
    /// Reads the next batch, for a request that takes batches as they come; <see langword="false"/> at the end, when
    /// there is none. The first batch was taken when the cursor was opened.
    /// </summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async ValueTask<bool> ReadBatchAsync(CancellationToken cancellationToken = default)
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (Id == 0)
        {
            return false;
        }
        await FetchAsync(cancellationToken);
        return true;
    }

    /// <summary>Kills the cursor at the server, unless it is at its end or the connection broke.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isClosed)
        {
            return;
        }
        _isClosed = true;
        try
        {
            if (Id != 0 && !_isLost)
            {
                await _runner.RunAsync(
                    new CommandRequest(
                        _database,
                        new BsonDocument
                        {
                            ["killCursors"] = _collection,
                            ["cursors"] = new BsonArray { Id },
                        }
                    )
                    {
                        Session = Session,
                        Server = _server,
                        Connection = _connection,
                    }
                );
            }
        }
        catch (Exception e) when (RetryRules.IsFailure(e) || e is PoolClosedException)
        {
            // The server forgets it by itself.
        }
        finally
        {
            End();
        }
    }

    private async ValueTask FetchAsync(CancellationToken cancellationToken)
    {
        var command = new BsonDocument { ["getMore"] = Id, ["collection"] = _collection };
        foreach (var element in _getMore)
        {
            command[element.Name] = element.Value;
        }
        try
        {
            var outcome = await _runner.RunAsync(
                new CommandRequest(_database, command)
                {
                    Kind = CommandKind.Read,
                    ReadPreference = _request.ReadPreference,
                    Session = Session,
                    Server = _server,
                    Connection = _connection,
                    TakesBatch = _request.TakesBatch,
                },
                cancellationToken
            );
            var cursor = CursorOf(outcome.Reply) ?? throw new FormatException("the reply holds no cursor");
            Id = cursor["id"].ToInt64();
            PostBatchResumeToken = cursor.GetValueOrDefault("postBatchResumeToken");
            Fill(cursor["nextBatch"].AsArray);
        }
        catch (Exception e) when (RetryRules.IsFailure(e))
        {
            // A broken connection takes the cursor with it, and CursorNotFound says that it is gone.
            _isLost |= RetryRules.IsNetworkError(e) || e is CommandException { Code: 43 };
            throw;
        }
        if (Id == 0)
        {
            End();
        }
    }

    private void Fill(BsonArray documents)
    {
        foreach (var document in documents)
        {
            _batch.Enqueue(document.AsDocument);
        }
    }

    private void End()
    {
        _connection?.CheckIn();
        _connection = null;
        if (_ownSession is not null && !_isEnded)
        {
            _isEnded = true;
            _runner.EndSession(_ownSession);
        }
    }

    private bool _isEnded;

    private static BsonDocument? CursorOf(BsonDocument reply) =>
        reply.GetValueOrDefault("cursor") is { IsDocument: true } cursor ? cursor.AsDocument : null;
}
