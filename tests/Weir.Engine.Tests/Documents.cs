using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Engine.Tests;

/// <summary>Commands as a shell would write them.</summary>
internal static class Documents
{
    public static BsonDocument Parse(string json) => ExtendedJson.Parse(json);

    /// <summary>The same command in a session's transaction.</summary>
    public static BsonDocument In(this BsonDocument command, Guid session, long number, bool start = false)
    {
        command["lsid"] = new BsonDocument("id", new BsonBinary(4, session.ToByteArray(bigEndian: true)));
        command["txnNumber"] = number;
        command["autocommit"] = false;
        if (start)
        {
            command["startTransaction"] = true;
        }

        return command;
    }

    public static BsonArray Batch(this BsonDocument reply) =>
        reply["cursor"].AsDocument.TryGetValue("firstBatch", out var first)
            ? first.AsArray
            : reply["cursor"].AsDocument["nextBatch"].AsArray;
}
