using Npgsql;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>A command that runs: its request and where it came from.</summary>
internal sealed class Command(
    GatewayConnection connection,
    GatewayRequest request,
    CancellationToken cancellationToken
)
{
    public GatewayConnection Connection { get; } = connection;

    public Gateway Gateway => Connection.Gateway;

    public string Name => request.Name;

    public BsonDocument Body => request.Body;

    public string Database => request.Database;

    public CancellationToken CancellationToken { get; } = cancellationToken;

    /// <summary>The transaction it runs in; null outside one.</summary>
    public Transaction? Transaction { get; set; }

    /// <summary>The collection that the command's own field names.</summary>
    public string Collection =>
        Body[0].Value is { IsString: true } name
            ? name.AsString
            : throw new CommandError(
                73,
                "InvalidNamespace",
                $"the collection's name in '{Name}' is no string"
            );

    public string? Session =>
        Body.TryGetValue("lsid", out var lsid) && lsid.IsDocument
            ? Convert.ToHexString(lsid.AsDocument["id"].AsBinary.Bytes.Span)
            : null;

    public long? TransactionNumber => Number("txnNumber");

    public bool IsInTransaction => Body.Contains("autocommit");

    /// <summary>Under this id the engine runs a retryable write once, however often it is sent.</summary>
    public string? RetryId =>
        TransactionNumber is { } number && !IsInTransaction ? $"{Session}:{number}" : null;

    public long? Number(string name) =>
        Body.TryGetValue(name, out var value) && value.IsNumber ? value.ToInt64() : null;

    /// <summary>The SQL connection of its transaction, else one of its own.</summary>
    public async Task<SqlLease> OpenAsync() =>
        Transaction is { } transaction
            ? new SqlLease(transaction.Connection, isOwn: false)
            : new SqlLease(await Gateway.Engine.Sql.OpenConnectionAsync(CancellationToken), isOwn: true);

    /// <summary>Runs a function of the engine that answers a document in its first column.</summary>
    public async Task<BsonDocument> CallAsync(string sql, params object?[] arguments)
    {
        await using var lease = await OpenAsync();
        return await lease.Connection.QueryAsync(
            this,
            sql,
            arguments,
            row => BsonDocument.Parse(row.GetFieldValue<byte[]>(0))
        );
    }
}
