using Weir.Protocol.Bson;

namespace Weir.Proxy.Errors;

/// <summary>An error of Weir's own, said to a client as a MongoDB server says errors.</summary>
/// <param name="Code">What kind of failure it is, to a driver.</param>
/// <param name="Message">What failed, on which server, what to do; without the prefix <c>weir: </c>.</param>
/// <param name="Labels">What a driver may do about it.</param>
internal sealed record WeirError(ErrorCode Code, string Message, IReadOnlyList<string> Labels)
{
    public WeirError(ErrorCode code, string message)
        : this(code, message, []) { }

    public BsonDocument ToDocument()
    {
        var document = new BsonDocument
        {
            ["ok"] = 0.0,
            ["errmsg"] = "weir: " + Message,
            ["code"] = (int)Code,
            ["codeName"] = Code.ToString(),
        };
        if (Labels.Count > 0)
            document["errorLabels"] = new BsonArray(Labels.Select(label => (BsonValue)label));
        return document;
    }
}
