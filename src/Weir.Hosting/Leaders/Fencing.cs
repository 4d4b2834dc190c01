using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Hosting.Leaders;

/// <summary>Writes that are refused when whoever sends them leads no longer.</summary>
public static class Fencing
{
    /// <summary>The field in which a document keeps the fence of its last writer.</summary>
    public const string Field = "weirFence";

    /// <summary>
    /// Updates one document, unless a later holder has written it already. The document keeps the greatest fence that
    /// wrote it. Works on any deployment.
    /// </summary>
    /// <param name="collection">The collection.</param>
    /// <param name="filter">Which document; name its <c>_id</c> when it may be inserted.</param>
    /// <param name="update">Update operators.</param>
    /// <param name="fence">The writer's fence.</param>
    /// <param name="upsert">Whether it is inserted when it is not there.</param>
    /// <param name="session">The session it belongs to.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StaleFenceException">A later holder has written it.</exception>
    /// <inheritdoc cref="CommandCollection.UpdateOneAsync"/>
    public static async Task<BulkWriteResult> UpdateOneAsync(
        this CommandCollection collection,
        BsonDocument filter,
        BsonDocument update,
        long fence,
        bool upsert = false,
        CommandSession? session = null,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(collection);
        ArgumentNullException.ThrowIfNull(filter);
        ArgumentNullException.ThrowIfNull(update);
        var fenced = filter.Clone();
        fenced[Field] = new BsonDocument("$not", new BsonDocument("$gt", fence));
        var marked = update.Clone();
        var most = marked.GetValueOrDefault("$max") is { IsDocument: true } others ? others.AsDocument : [];
        most[Field] = fence;
        marked["$max"] = most;
        try
        {
            var result = await collection.UpdateOneAsync(fenced, marked, upsert, session, cancellationToken);
            if (result.Matched > 0 || upsert)
            {
                return result;
            }
            var later = filter.Clone();
            later[Field] = new BsonDocument("$gt", fence);
            var stale = await collection.FindOneAsync(
                later,
                session: session,
                cancellationToken: cancellationToken
            );
            return stale is null ? result : throw Refused(collection, fence);
        }
        catch (WriteException e) when (upsert && e.IsDuplicateKey)
        {
            // The document is there, and only its fence can have kept it from being found.
            throw Refused(collection, fence);
        }
    }

    /// <summary>
    /// Does any writes in a transaction that holds only while the term does: a takeover and this transaction exclude
    /// each other. Needs a replica set or a sharded cluster; the writes have to be on the lease's destination.
    /// </summary>
    /// <param name="term">The writer's term.</param>
    /// <param name="lease">A lease of the destination where the term's lease is kept.</param>
    /// <param name="work">The writes; they have to name the session. It may run more than once.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="StaleFenceException">The term is over: nothing was written.</exception>
    public static Task WithFenceAsync(
        this LeaderTerm term,
        DestinationLease lease,
        Func<CommandSession, CancellationToken, Task> work,
        CancellationToken cancellationToken = default
    )
    {
        ArgumentNullException.ThrowIfNull(term);
        ArgumentNullException.ThrowIfNull(lease);
        ArgumentNullException.ThrowIfNull(work);
        var options = term.Lease.Options;
        if (lease.Name != options.Destination)
        {
            throw new ArgumentException(
                $"the lease of the term is kept on \"{options.Destination}\", not on \"{lease.Name}\"",
                nameof(lease)
            );
        }
        var leases = lease.Collection(options.Database, options.Collection);
        return lease.WithTransactionAsync(
            async (session, token) =>
            {
                // A write, not a read: so that a takeover at the same time is a conflict, which one of them loses.
                var held = await leases.UpdateOneAsync(
                    LeaseDocument.Of(term.Name, term.Lease.Owner, term.Fence),
                    new BsonDocument("$inc", new BsonDocument("fencedWrites", 1L)),
                    session: session,
                    cancellationToken: token
                );
                if (held.Matched == 0)
                {
                    throw new StaleFenceException($"lease \"{term.Name}\"", term.Fence);
                }
                await work(session, token);
            },
            cancellationToken: cancellationToken
        );
    }

    private static StaleFenceException Refused(CommandCollection collection, long fence) =>
        new($"{collection.Database}.{collection.Name}", fence);
}
