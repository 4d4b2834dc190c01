using Npgsql;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>A batch as the engine gives it; without a continuation it is the last.</summary>
internal sealed record CursorPage(BsonDocument Reply, byte[]? Continuation, bool HoldsConnection)
{
    public static CursorPage ReadFirst(NpgsqlDataReader row) =>
        new(BsonDocument.Parse(row.GetFieldValue<byte[]>(0)), ReadContinuation(row), row.GetBoolean(2));

    public static CursorPage ReadNext(NpgsqlDataReader row) =>
        new(BsonDocument.Parse(row.GetFieldValue<byte[]>(0)), ReadContinuation(row), false);

    private static byte[]? ReadContinuation(NpgsqlDataReader row) =>
        row.IsDBNull(1) ? null : row.GetFieldValue<byte[]>(1);
}
