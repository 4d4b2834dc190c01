using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Protocol.Json;

namespace Weir.Pooling.Tests.Topologies;

public sealed class HelloParserTests
{
    private static readonly ServerAddress Address = new("a", 27017);

    [Theory]
    [InlineData("""{"ok": 1}""", ServerType.Standalone)]
    [InlineData("""{"ok": 1, "msg": "isdbgrid"}""", ServerType.Mongos)]
    [InlineData("""{"ok": 1, "isreplicaset": true, "setName": "rs"}""", ServerType.RSGhost)]
    [InlineData("""{"ok": 1, "setName": "rs", "isWritablePrimary": true}""", ServerType.RSPrimary)]
    [InlineData("""{"ok": 1, "setName": "rs", "ismaster": true}""", ServerType.RSPrimary)]
    [InlineData(
        """{"ok": 1, "setName": "rs", "ismaster": true, "isWritablePrimary": false}""",
        ServerType.RSOther
    )]
    [InlineData("""{"ok": 1, "setName": "rs", "secondary": true}""", ServerType.RSSecondary)]
    [InlineData("""{"ok": 1, "setName": "rs", "secondary": true, "hidden": true}""", ServerType.RSOther)]
    [InlineData("""{"ok": 1, "setName": "rs", "arbiterOnly": true}""", ServerType.RSArbiter)]
    [InlineData("""{"ok": 0, "errmsg": "no"}""", ServerType.Unknown)]
    [InlineData("""{}""", ServerType.Unknown)]
    public void The_type_follows_from_the_reply(string reply, ServerType type) =>
        Assert.Equal(type, HelloParser.Parse(Address, ExtendedJson.Parse(reply)).Type);

    [Fact]
    public void Names_are_lower_cased_and_odd_fields_left_out()
    {
        var server = HelloParser.Parse(
            Address,
            ExtendedJson.Parse(
                """
                {"ok": 1, "setName": "rs", "secondary": true, "me": "A:27017", "hosts": ["A", "B:1", 3],
                 "tags": {"dc": "ny", "odd": 1}, "setVersion": "x", "lastWrite": {"lastWriteDate": 5},
                 "topologyVersion": {"processId": 1}}
                """
            )
        );
        Assert.Equal(Address, server.Me);
        Assert.Equal([Address, new ServerAddress("b", 1)], server.Hosts);
        Assert.Equal(["dc"], server.Tags.Keys);
        Assert.Null(server.SetVersion);
        Assert.Null(server.LastWriteDate);
        Assert.Null(server.TopologyVersion);
    }

    [Fact]
    public void An_address_that_is_none_is_an_error() =>
        Assert.ThrowsAny<FormatException>(() =>
            HelloParser.Parse(Address, ExtendedJson.Parse("""{"ok": 1, "hosts": ["a:port"]}"""))
        );
}
