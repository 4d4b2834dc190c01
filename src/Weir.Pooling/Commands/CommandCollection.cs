using System.Runtime.CompilerServices;
using Weir.Pooling.Connections;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>
/// The everyday commands on a collection, with the connection string's concerns and read preference, and the retries
/// of the specifications. For the rest there is <see cref="CommandRunner"/>. Thread-safe; creating one costs nothing.
/// </summary>
public sealed class CommandCollection
{
    private readonly Func<CommandRunner> _runner;

    /// <summary>A collection; the runner is asked for anew for every operation.</summary>
    internal CommandCollection(Func<CommandRunner> runner, string database, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(database);
        ArgumentException.ThrowIfNullOrEmpty(name);
        _runner = runner;
        Database = database;
        Name = name;
    }

    /// <summary>The database's name.</summary>
    public string Database { get; }

    /// <summary>The collection's name.</summary>
    public string Name { get; }

    /// <summary>Inserts a document; one without an <c>_id</c> gets an ObjectId, in the document itself.</summary>
    /// <exception cref="WriteException">The server refused it; 11000: a key is there already.</exception>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public Task InsertOneAsync(
        BsonDocument document,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.Insert(document)], true, session, cancellationToken);

    /// <summary>Inserts documents in their order, in as few commands as they fit into.</summary>
    /// <inheritdoc cref="BulkWriteAsync"/>
    public Task<BulkWriteResult> InsertManyAsync(
        IEnumerable<BsonDocument> documents,
        bool ordered = true,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(documents);
        return BulkWriteAsync(documents.Select(Write.Insert), ordered, session, cancellationToken);
    }

    /// <summary>Updates the first document that the filter finds.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="update">Update operators, or an array: a pipeline.</param>
    /// <param name="upsert">Whether a document is inserted when none is found.</param>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="WriteException">The server refused it.</exception>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public Task<BulkWriteResult> UpdateOneAsync(
        BsonDocument filter,
        BsonValue update,
        bool upsert = false,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.UpdateOne(filter, update, upsert)], true, session, cancellationToken);

    /// <summary>Updates every document that the filter finds. Not tried again: it may be half done.</summary>
    /// <inheritdoc cref="UpdateOneAsync"/>
    public Task<BulkWriteResult> UpdateManyAsync(
        BsonDocument filter,
        BsonValue update,
        bool upsert = false,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.UpdateMany(filter, update, upsert)], true, session, cancellationToken);

    /// <summary>Replaces the first document that the filter finds.</summary>
    /// <inheritdoc cref="UpdateOneAsync"/>
    public Task<BulkWriteResult> ReplaceOneAsync(
        BsonDocument filter,
        BsonDocument replacement,
        bool upsert = false,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.ReplaceOne(filter, replacement, upsert)], true, session, cancellationToken);

    /// <summary>Deletes the first document that the filter finds.</summary>
    /// <inheritdoc cref="UpdateOneAsync"/>
    public Task<BulkWriteResult> DeleteOneAsync(
        BsonDocument filter,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.DeleteOne(filter)], true, session, cancellationToken);

    /// <summary>Deletes every document that the filter finds. Not tried again.</summary>
    /// <inheritdoc cref="UpdateOneAsync"/>
    public Task<BulkWriteResult> DeleteManyAsync(
        BsonDocument filter,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    ) => BulkWriteAsync([Write.DeleteMany(filter)], true, session, cancellationToken);

    /// <summary>Writes of any kind, in as few commands as they fit into.</summary>
    /// <param name="writes">The writes.</param>
    /// <param name="ordered">
    /// Whether they are done in this order and the first that fails is the last; else all are tried.
    /// </param>
    /// <param name="session">The session they belong to.</param>
    /// <param name="cancellationToken">Gives up; what was sent may be done.</param>
    /// <exception cref="WriteException">Some failed; it says which, and what the others did.</exception>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public Task<BulkWriteResult> BulkWriteAsync(
        IEnumerable<Write> writes,
        bool ordered = true,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(writes);
        return new BulkWrite(_runner(), this, ordered, session).RunAsync(writes, cancellationToken);
    }

    /// <summary>Updates the first document that the filter finds, and returns it; null: none was found.</summary>
    /// <param name="filter">Which.</param>
    /// <param name="update">Update operators, or an array: a pipeline.</param>
    /// <param name="options">Which is the first, what is returned, whether one is inserted.</param>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async Task<BsonDocument?> FindOneAndUpdateAsync(
        BsonDocument filter,
        BsonValue update,
        FindAndUpdateOptions? options = null,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        var command = new BsonDocument
        {
            ["findAndModify"] = Name,
            ["query"] = filter,
            ["update"] = update,
        };
        options?.AddTo(command);
        var runner = _runner();
        runner.AddWriteConcern(command, session);
        var outcome = await runner.RunAsync(
            new CommandRequest(Database, command)
            {
                Kind = CommandKind.Write,
                IsRetryable = true,
                Session = session,
            },
            cancellationToken
        );
        return outcome.Reply.GetValueOrDefault("value") is { IsDocument: true } value
            ? value.AsDocument
            : null;
    }

    /// <summary>
    /// The documents that the filter finds, in batches as they are read. The cursor is closed when the enumeration
    /// ends, wherever it ends.
    /// </summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public IAsyncEnumerable<BsonDocument> FindAsync(
        BsonDocument filter,
        FindOptions? options = null,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        var command = new BsonDocument { ["find"] = Name, ["filter"] = filter };
        options?.AddTo(command);
        return ReadAsync(command, options?.BatchSize, options?.ReadPreference, session, cancellationToken);
    }

    /// <summary>The first document that the filter finds; null: there is none.</summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async Task<BsonDocument?> FindOneAsync(
        BsonDocument filter,
        FindOptions? options = null,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        var first = (options ?? new FindOptions()) with { Limit = 1, IsSingleBatch = true };
        await foreach (var document in FindAsync(filter, first, session, cancellationToken))
        {
            return document;
        }
        return null;
    }

    /// <summary>
    /// What a pipeline comes to. One that writes (<c>$out</c>, <c>$merge</c>) runs on a writable server, and once.
    /// </summary>
    /// <inheritdoc cref="FindAsync"/>
    public IAsyncEnumerable<BsonDocument> AggregateAsync(
        BsonArray pipeline,
        FindOptions? options = null,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(pipeline);
        var command = new BsonDocument
        {
            ["aggregate"] = Name,
            ["pipeline"] = pipeline,
            ["cursor"] = options?.BatchSize is { } size ? new BsonDocument("batchSize", size) : [],
        };
        options?.AddGeneralTo(command);
        return ReadAsync(command, options?.BatchSize, options?.ReadPreference, session, cancellationToken);
    }

    /// <summary>How many documents the filter finds, counted by looking at them.</summary>
    /// <inheritdoc cref="CommandRunner.RunAsync"/>
    public async Task<long> CountAsync(
        BsonDocument filter,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        BsonArray pipeline =
        [
            new BsonDocument("$match", filter),
            new BsonDocument("$group", new BsonDocument { ["_id"] = 1, ["n"] = new BsonDocument("$sum", 1) }),
        ];
        await foreach (var counted in AggregateAsync(pipeline, null, session, cancellationToken))
        {
            return counted["n"].ToInt64();
        }
        return 0;
    }

    private async IAsyncEnumerable<BsonDocument> ReadAsync(
        BsonDocument command,
        int? batchSize,
        ReadPreference? preference,
        CommandSession? session,
        [EnumeratorCancellation] CancellationToken cancellationToken
    )
    {
        var runner = _runner();
        var writes = IsWriting(command);
        runner.AddReadConcern(command, session);
        if (writes)
        {
            runner.AddWriteConcern(command, session);
        }
        var request = new CommandRequest(Database, command)
        {
            Kind = writes ? CommandKind.Write : CommandKind.Read,
            IsRetryable = !writes,
            ReadPreference = writes ? null : runner.ReadPreferenceOf(preference, session),
            Session = session,
        };
        var more = batchSize is { } size ? new BsonDocument("batchSize", size) : null;
        await using var cursor = await CommandCursor.OpenAsync(runner, request, more, cancellationToken);
        while (await cursor.NextAsync(cancellationToken) is { } document)
        {
            yield return document;
        }
    }

    private static bool IsWriting(BsonDocument command) =>
        command.GetValueOrDefault("pipeline") is { IsArray: true } stages
        && stages.AsArray.Count > 0
        && stages.AsArray[^1] is { IsDocument: true } last
        && last.AsDocument.Count > 0
        && last.AsDocument[0].Name is ("$out" or "$merge");
}
