using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;

namespace Weir.Sync.Leases;

/// <summary>A collection of a leased deployment, and the commands that sync needs on it. Thread-safe.</summary>
internal sealed class LeasedCollection(DestinationLease lease, string database, string name)
{
    /// <summary>What every command of sync that writes asks for.</summary>
    public static readonly BsonDocument Majority = new() { ["w"] = "majority" };

    public string Database => database;

    public string Name => name;

    /// <summary>Where reads may go; <see langword="null"/>: the primary.</summary>
    public ReadPreference? ReadPreference { get; init; }

    public LeasedCollection Sibling(string sibling) => new(lease, database, sibling);

    /// <summary>A find or an aggregation, raw batches given to <paramref name="takesBatch"/>.</summary>
    public ValueTask<CommandCursor> OpenAsync(
        BsonDocument command,
        BatchTaker? takesBatch,
        BsonDocument? getMore,
        CancellationToken cancellationToken
    ) =>
        CommandCursor.OpenAsync(
            lease.Commands,
            new CommandRequest(database, command)
            {
                Kind = CommandKind.Read,
                IsRetryable = true,
                ReadPreference = ReadPreference,
                TakesBatch = takesBatch,
            },
            getMore,
            cancellationToken
        );

    /// <summary>The first document; <see langword="null"/> when there is none.</summary>
    public async ValueTask<BsonDocument?> FirstAsync(
        BsonDocument filter,
        BsonDocument? sort,
        BsonDocument? projection,
        CancellationToken cancellationToken
    )
    {
        var command = new BsonDocument
        {
            ["find"] = name,
            ["filter"] = filter,
            ["limit"] = 1,
            ["singleBatch"] = true,
        };
        if (sort is not null)
        {
            command["sort"] = sort;
        }
        if (projection is not null)
        {
            command["projection"] = projection;
        }
        await using var cursor = await OpenAsync(command, null, null, cancellationToken);
        return await cursor.NextAsync(cancellationToken);
    }

    public async ValueTask<BsonDocument> ReadAsync(BsonDocument command, CancellationToken cancellationToken)
    {
        var outcome = await lease.Commands.RunAsync(
            new CommandRequest(database, command)
            {
                Kind = CommandKind.Read,
                IsRetryable = true,
                ReadPreference = ReadPreference,
            },
            cancellationToken
        );
        return outcome.Reply;
    }

    /// <summary>A write.</summary>
    /// <param name="command">The command.</param>
    /// <param name="sequence">Its statements or documents.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <param name="isRetryable">
    /// Whether the server shall remember it, to know it when it is asked again. What comes to the same when it is done
    /// twice does without, which is cheaper.
    /// </param>
    public async ValueTask<BsonDocument> WriteAsync(
        BsonDocument command,
        RawSequence? sequence,
        CancellationToken cancellationToken,
        bool isRetryable = true
    )
    {
        var outcome = await lease.Commands.RunAsync(
            new CommandRequest(database, command)
            {
                Kind = CommandKind.Write,
                IsRetryable = isRetryable,
                Sequence = sequence,
            },
            cancellationToken
        );
        return outcome.Reply;
    }

    /// <summary>A command that the driver specifications do not retry: catalogue commands.</summary>
    public async ValueTask<BsonDocument> RunAsync(
        BsonDocument command,
        CancellationToken cancellationToken,
        bool onAdmin = false
    )
    {
        var outcome = await lease.Commands.RunAsync(
            new CommandRequest(onAdmin ? "admin" : database, command) { Kind = CommandKind.Write },
            cancellationToken
        );
        return outcome.Reply;
    }

    /// <summary>About how many documents it has, by its own count.</summary>
    public async ValueTask<long> EstimateAsync(CancellationToken cancellationToken) =>
        (await ReadAsync(new BsonDocument { ["count"] = name }, cancellationToken))["n"].ToInt64();
}
