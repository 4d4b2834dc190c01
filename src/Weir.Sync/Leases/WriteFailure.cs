using Weir.Protocol.Bson;

namespace Weir.Sync.Leases;

/// <summary>What a server says of one statement of a write command, or of its write concern.</summary>
/// <param name="Index">The statement; -1: the write concern.</param>
/// <param name="Code">The error's number.</param>
/// <param name="Message">The server's words.</param>
internal readonly record struct WriteFailure(int Index, int Code, string Message)
{
    public static WriteFailure? First(BsonDocument reply)
    {
        foreach (var failure in All(reply))
        {
            return failure;
        }
        return null;
    }

    public static IEnumerable<WriteFailure> All(BsonDocument reply)
    {
        if (reply.GetValueOrDefault("writeErrors") is { IsArray: true } errors)
        {
            foreach (var error in errors.AsArray)
            {
                yield return Of(error.AsDocument, error.AsDocument["index"].ToInt32());
            }
        }
        if (reply.GetValueOrDefault("writeConcernError") is { IsDocument: true } concern)
        {
            yield return Of(concern.AsDocument, -1);
        }
    }

    private static WriteFailure Of(BsonDocument error, int index) =>
        new(
            index,
            error.GetValueOrDefault("code") is { IsNumber: true } code ? code.ToInt32() : 0,
            error.GetValueOrDefault("errmsg") is { IsString: true } message ? message.AsString : "no message"
        );
}
