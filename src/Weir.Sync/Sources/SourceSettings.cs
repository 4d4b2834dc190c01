using Weir.Sync.Jobs;
using Weir.Sync.Transforms;

namespace Weir.Sync.Sources;

/// <summary>A named source of a job, as configured. Immutable.</summary>
public abstract record SourceSettings
{
    /// <summary>What jobs call it.</summary>
    public required string Name { get; init; }

    /// <summary>Opens the source of one entity.</summary>
    /// <exception cref="SourceException">It cannot be read.</exception>
    public abstract ValueTask<ISyncSource> OpenAsync(
        SyncEntity entity,
        SourceContext context,
        CancellationToken cancellationToken
    );

    /// <summary>Says what of an entity or a mode this kind of source cannot do.</summary>
    /// <param name="entity">The entity.</param>
    /// <param name="mode">The job's mode.</param>
    /// <param name="error">Takes a key of the entity and what is wrong with it.</param>
    public virtual void Check(SyncEntity entity, SyncMode mode, Action<string, string> error)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(error);
        if (mode == SyncMode.Follow)
        {
            error("from", "only a MongoDB source can be followed");
        }
        if (entity.Filter is not null || entity.Pipeline is not null)
        {
            error(
                entity.Filter is null ? "pipeline" : "filter",
                "is for MongoDB sources; use a filter transform"
            );
        }
        if (entity.Query is not null || entity.OrderBy is not null)
        {
            error(entity.Query is null ? "orderBy" : "query", "is for PostgreSQL sources");
        }
        if (entity.Deletes is { Compare: true })
        {
            error("deletes", "'compare' needs a source that can be asked for keys: MongoDB or PostgreSQL");
        }
        if (entity.IsKeyedById && !entity.Transforms.Any(MakesId))
        {
            error("key", "is missing: these records have no _id, so say which fields tell them apart");
        }
    }

    private static bool MakesId(Transform transform) =>
        transform is RenameTransform { To: "_id" } or ConstantTransform { Path: "_id" };
}
