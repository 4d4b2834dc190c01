using Weir.Protocol.Bson;

namespace Weir.Pooling.Tests.Deployments;

/// <summary>What servers say of themselves.</summary>
internal static class Hello
{
    public static BsonDocument Standalone() => new() { ["isWritablePrimary"] = true };

    public static BsonDocument Mongos() => new() { ["isWritablePrimary"] = true, ["msg"] = "isdbgrid" };

    public static BsonDocument Primary(int term, params string[] hosts)
    {
        var hello = Member(hosts);
        hello["isWritablePrimary"] = true;
        hello["electionId"] = ObjectId.Parse($"{term:x24}");
        return hello;
    }

    public static BsonDocument Secondary(params string[] hosts)
    {
        var hello = Member(hosts);
        hello["isWritablePrimary"] = false;
        hello["secondary"] = true;
        return hello;
    }

    private static BsonDocument Member(string[] hosts) =>
        new()
        {
            ["setName"] = "rs",
            ["setVersion"] = 1,
            ["hosts"] = new BsonArray(hosts.Select(h => (BsonValue)h)),
        };
}
