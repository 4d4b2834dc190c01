using Weir.Protocol.Bson;

namespace Weir.Conformance.UnifiedCases;

/// <summary>A write's reply that says <c>ok: 1</c> and yet tells of an error.</summary>
internal sealed class WriteFailedException(BsonDocument reply, BsonDocument error)
    : Exception(error.ToString())
{
    public BsonDocument Reply => reply;

    public int Code => error.GetValueOrDefault("code") is { IsNumber: true } code ? code.ToInt32() : 0;

    public static void ThrowIfFailed(BsonDocument reply)
    {
        if (reply.GetValueOrDefault("writeErrors") is { IsArray: true } errors && errors.AsArray.Count > 0)
        {
            throw new WriteFailedException(reply, errors.AsArray[0].AsDocument);
        }
        if (reply.GetValueOrDefault("writeConcernError") is { IsDocument: true } error)
        {
            throw new WriteFailedException(reply, error.AsDocument);
        }
    }
}
