using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Sync.Jobs;
using Weir.Sync.Leases;

namespace Weir.Sync.Sources.MongoDb;

/// <summary>A MongoDB database as a source: entities are its collections.</summary>
public sealed record MongoSourceSettings : SourceSettings
{
    /// <summary>The connection string. Its <c>readPreference</c> counts.</summary>
    public required string Uri { get; init; }

    /// <summary>The database.</summary>
    public required string Database { get; init; }

    /// <summary>The name that the deployment has among the destinations.</summary>
    internal string DestinationName => $"source {Name}";

    /// <inheritdoc/>
    public override async ValueTask<ISyncSource> OpenAsync(
        SyncEntity entity,
        SourceContext context,
        CancellationToken cancellationToken
    )
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(context);
        var lease = await context.Destinations.LeaseAsync(DestinationName, cancellationToken);
        var collection = new LeasedCollection(lease, Database, entity.From)
        {
            ReadPreference = PreferenceOf(ConnectionString.Parse(Uri)),
        };
        return new MongoSource(lease, collection, entity);
    }

    /// <inheritdoc/>
    public override void Check(SyncEntity entity, SyncMode mode, Action<string, string> error)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(error);
        if (entity.Filter is not null && entity.Pipeline is not null)
        {
            error("pipeline", "does not go with 'filter': begin the pipeline with a $match");
        }
        if (mode == SyncMode.Follow && (entity.Filter is not null || entity.Pipeline is not null))
        {
            error(
                entity.Filter is null ? "pipeline" : "filter",
                "does not go with following: changes would not be held against it; use a filter transform"
            );
        }
        if (mode == SyncMode.Follow && !entity.IsKeyedById)
        {
            error("key", "must be _id in follow mode: a deletion tells nothing else");
        }
        if (entity.Query is not null || entity.OrderBy is not null)
        {
            error(entity.Query is null ? "orderBy" : "query", "is for PostgreSQL sources");
        }
    }

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"MongoDB source {Name}";

    private static ReadPreference? PreferenceOf(ConnectionString connectionString) =>
        connectionString.ReadPreference is null ? null : ReadPreferenceParser.Of(connectionString);
}
