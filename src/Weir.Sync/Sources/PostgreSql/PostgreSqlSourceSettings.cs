using Npgsql;
using Weir.Sync.Jobs;

namespace Weir.Sync.Sources.PostgreSql;

/// <summary>A PostgreSQL database as a source: entities are its tables, or queries.</summary>
public sealed record PostgreSqlSourceSettings : SourceSettings
{
    /// <summary>Npgsql's connection string: <c>Host=…;Username=…;Password=…;Database=…</c>.</summary>
    public required string Connection { get; init; }

    /// <summary>What is wrong with the connection string; <see langword="null"/>: nothing.</summary>
    internal string? Problem
    {
        get
        {
            try
            {
                var builder = new NpgsqlConnectionStringBuilder(Connection);
                return string.IsNullOrEmpty(builder.Host) ? "names no Host" : null;
            }
            catch (ArgumentException e)
            {
                return e.Message;
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<ISyncSource> OpenAsync(
        SyncEntity entity,
        SourceContext context,
        CancellationToken cancellationToken
    )
    {
        var data = NpgsqlDataSource.Create(Connection);
        try
        {
            var table = await PostgreSqlTable.DescribeAsync(data, entity, cancellationToken);
            return new PostgreSqlSource(data, table, entity);
        }
        catch (Exception e)
        {
            await data.DisposeAsync();
            if (e is NpgsqlException failure)
            {
                throw PostgreSqlReader.Failed(Name, failure);
            }
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Check(SyncEntity entity, SyncMode mode, Action<string, string> error)
    {
        ArgumentNullException.ThrowIfNull(entity);
        ArgumentNullException.ThrowIfNull(error);
        // What it can beside the others, the common rules need not look at.
        base.Check(entity with { Query = null, OrderBy = null, Deletes = null }, mode, error);
        if (entity is { OrderBy: { } order, Deletes.Compare: true } && order.Count != entity.Key.Count)
        {
            error("orderBy", "must name as many columns as the key where deletes are found by comparing");
        }
    }

    /// <summary>Without the connection string, which may hold a password.</summary>
    public override string ToString() => $"PostgreSQL source {Name}";
}
