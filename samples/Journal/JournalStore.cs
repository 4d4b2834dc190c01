using Microsoft.Extensions.Options;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Samples.Journal;

/// <summary>The collections, on the one destination that the whole process shares.</summary>
public sealed class JournalStore(IDestinations destinations, IOptions<JournalOptions> options)
{
    /// <summary>The database.</summary>
    public string Database { get; } = options.Value.Database;

    /// <summary>The right to use the destination; every operation takes one, which costs next to nothing.</summary>
    public ValueTask<DestinationLease> LeaseAsync(CancellationToken cancellationToken) =>
        destinations.LeaseAsync(JournalOptions.Destination, cancellationToken);

    /// <summary>Who is called.</summary>
    public CommandCollection People(DestinationLease lease) => lease.Collection(Database, "people");

    /// <summary>What is asked.</summary>
    public CommandCollection Prompts(DestinationLease lease) => lease.Collection(Database, "prompts");

    /// <summary>Calls, one for a person and a day.</summary>
    public CommandCollection Calls(DestinationLease lease) => lease.Collection(Database, "calls");

    /// <summary>What was told.</summary>
    public CommandCollection Entries(DestinationLease lease) => lease.Collection(Database, "entries");

    /// <summary>Makes the indexes that pages are read by.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken)
    {
        await using var lease = await LeaseAsync(cancellationToken);
        await IndexAsync(
            lease,
            "entries",
            "completed",
            new() { ["completed"] = -1, ["_id"] = -1 },
            cancellationToken
        );
        await IndexAsync(
            lease,
            "entries",
            "person_completed",
            new()
            {
                ["person"] = 1,
                ["completed"] = -1,
                ["_id"] = -1,
            },
            cancellationToken
        );
    }

    private async Task IndexAsync(
        DestinationLease lease,
        string collection,
        string name,
        BsonDocument key,
        CancellationToken cancellationToken
    ) =>
        await lease.RunCommandAsync(
            Database,
            new()
            {
                ["createIndexes"] = collection,
                ["indexes"] = new BsonArray
                {
                    new BsonDocument { ["key"] = key, ["name"] = name },
                },
            },
            cancellationToken
        );
}
