using Weir.Protocol.Bson;
using Weir.Protocol.Wire;
using Weir.Transport.Framing;

namespace Weir.Proxy.Exchanges;

/// <summary>
/// Commands that come as OP_QUERY on <c>db.$cmd</c>, which old drivers send throughout: servers of today take them
/// as OP_MSG only.
/// </summary>
internal static class LegacyQuery
{
    /// <summary>The command, out of the envelope in which a read preference may have put it.</summary>
    public static BsonDocument Unwrap(in OpQuery query)
    {
        BsonDocument document = BsonDocument.Parse(query.Query);
        BsonValue inner = document.GetValueOrDefault("$query");
        if (!inner.IsDocument)
            inner = document.GetValueOrDefault("query");
        // "query" is also a field of commands (count, distinct): it is the envelope only in the first place.
        if (!inner.IsDocument || document[0].Name is not ("$query" or "query"))
            return document;
        BsonDocument command = inner.AsDocument.Clone();
        if (document.TryGetValue("$readPreference", out BsonValue preference))
            command["$readPreference"] = preference;
        return command;
    }

    /// <summary>The same command as OP_MSG, under the same request id; the frame is the caller's.</summary>
    public static Frame ToMsg(in OpQuery query)
    {
        BsonDocument command = Unwrap(query);
        string name = query.FullCollectionName;
        command["$db"] = name[..^".$cmd".Length];
        // To a mongos this flag is the legacy way to say so.
        if ((query.Flags & OpQueryFlags.SecondaryOk) != 0 && !command.Contains("$readPreference"))
            command["$readPreference"] = new BsonDocument { ["mode"] = "secondaryPreferred" };
        return FrameWriter.Write(
            (query.Header.RequestId, command),
            static (output, r) => MessageWriter.WriteMsg(output, r.RequestId, 0, OpMsgFlags.None, r.command)
        );
    }
}
