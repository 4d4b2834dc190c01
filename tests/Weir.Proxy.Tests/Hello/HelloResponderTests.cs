using System.Net;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;
using Weir.Proxy.Hello;
using Weir.Testing;

namespace Weir.Proxy.Tests.Hello;

public class HelloResponderTests
{
    private readonly ManualClock _clock = new();
    private TopologyDescription _topology = TopologyDescription.Empty;

    [Fact]
    public void It_answers_as_a_mongos_with_the_least_that_all_servers_can_do()
    {
        _topology = Topology(
            TopologyType.ReplicaSetWithPrimary,
            Server("a", ServerType.RSPrimary, 25, maxWriteBatchSize: 100_000),
            Server("b", ServerType.RSSecondary, 21, maxWriteBatchSize: 50_000),
            Server("c", ServerType.Unknown, 0)
        );

        BsonDocument reply = Answer(Create(), new() { ["hello"] = 1, ["helloOk"] = true });

        Assert.Equal("isdbgrid", reply["msg"].AsString);
        Assert.True(reply["isWritablePrimary"].AsBoolean);
        Assert.True(reply["helloOk"].AsBoolean);
        Assert.Equal(21, reply["maxWireVersion"].AsInt32);
        Assert.Equal(50_000, reply["maxWriteBatchSize"].AsInt32);
        Assert.Equal(48_000_000, reply["maxMessageSizeBytes"].AsInt32);
        Assert.Equal(30, reply["logicalSessionTimeoutMinutes"].AsInt32);
        Assert.Equal(1, reply["ok"].ToInt32());
        Assert.False(reply.Contains("serviceId"));
        Assert.False(reply.Contains("setName"));
        Assert.False(reply.Contains("compression"));
    }

    [Theory]
    [InlineData("isMaster")]
    [InlineData("ismaster")]
    public void Asked_by_its_old_name_it_answers_in_the_old_words(string name)
    {
        BsonDocument reply = Answer(Create(), new() { [name] = 1 });

        Assert.True(reply["ismaster"].AsBoolean);
        Assert.False(reply.Contains("isWritablePrimary"));
        Assert.False(reply.Contains("helloOk"));
    }

    [Fact]
    public void While_no_server_is_known_the_last_facts_stand()
    {
        HelloResponder responder = Create();
        Assert.False(responder.IsInformed);
        Assert.Equal(21, Answer(responder, new() { ["hello"] = 1 })["maxWireVersion"].AsInt32);
        _topology = Topology(TopologyType.ReplicaSetWithPrimary, Server("a", ServerType.RSPrimary, 25));
        Assert.Equal(25, Answer(responder, new() { ["hello"] = 1 })["maxWireVersion"].AsInt32);

        _topology = Topology(TopologyType.ReplicaSetNoPrimary, Server("a", ServerType.Unknown, 0));

        Assert.True(responder.IsInformed);
        Assert.Equal(25, Answer(responder, new() { ["hello"] = 1 })["maxWireVersion"].AsInt32);
    }

    [Fact]
    public void A_standalone_is_presented_as_one_so_that_drivers_send_no_transaction_numbers()
    {
        _topology = Topology(TopologyType.Single, Server("a", ServerType.Standalone, 21));

        Assert.False(Answer(Create(), new() { ["hello"] = 1 }).Contains("msg"));
        Assert.Equal(
            "isdbgrid",
            Answer(Create(Presentation.Mongos), new() { ["hello"] = 1 })["msg"].AsString
        );
    }

    [Fact]
    public void What_it_said_first_it_goes_on_to_be()
    {
        HelloResponder responder = Create();
        Assert.Equal("isdbgrid", Answer(responder, new() { ["hello"] = 1 })["msg"].AsString);

        _topology = Topology(TopologyType.Single, Server("a", ServerType.Standalone, 21));

        Assert.Equal("isdbgrid", Answer(responder, new() { ["hello"] = 1 })["msg"].AsString);
    }

    [Fact]
    public void A_load_balancers_client_gets_a_service_id_that_stays()
    {
        HelloResponder responder = Create();
        BsonDocument one = Answer(responder, new() { ["hello"] = 1, ["loadBalanced"] = true });
        BsonDocument other = Answer(responder, new() { ["hello"] = 1, ["loadBalanced"] = true });

        Assert.Equal("isdbgrid", one["msg"].AsString);
        Assert.Equal(one["serviceId"].AsObjectId, other["serviceId"].AsObjectId);
    }

    [Fact]
    public void It_can_present_a_replica_set_of_one_member_at_the_clients_address()
    {
        BsonDocument reply = Answer(Create(Presentation.ReplicaSet), new() { ["hello"] = 1 });

        Assert.Equal("rs0", reply["setName"].AsString);
        Assert.Equal(["127.0.0.1:27018"], reply["hosts"].AsArray.Select(h => h.AsString));
        Assert.Equal("127.0.0.1:27018", reply["me"].AsString);
        Assert.True(reply["isWritablePrimary"].AsBoolean);
        Assert.False(reply.Contains("msg"));
    }

    [Fact]
    public void Compressors_are_agreed_on_in_the_clients_order()
    {
        HelloResponder responder = Create(compressors: ["snappy", "zlib"]);

        BsonDocument reply = Answer(
            responder,
            new()
            {
                ["hello"] = 1,
                ["compression"] = new BsonArray { "zstd", "zlib", "snappy" },
            }
        );

        Assert.Equal(["zlib", "snappy"], reply["compression"].AsArray.Select(c => c.AsString));
    }

    [Fact]
    public void A_client_that_knows_the_version_may_wait_until_something_changes()
    {
        _topology = Topology(TopologyType.ReplicaSetWithPrimary, Server("a", ServerType.RSPrimary, 25));
        HelloResponder responder = Create();
        BsonValue version = Answer(responder, new() { ["hello"] = 1 })["topologyVersion"];
        HelloRequest request = HelloRequest.Parse(
            new()
            {
                ["hello"] = 1,
                ["topologyVersion"] = version,
                ["maxAwaitTimeMS"] = 10_000L,
            }
        );

        Assert.True(responder.IsUpToDate(request));
        Assert.Equal(TimeSpan.FromSeconds(10), request.MaxAwaitTime);
        Assert.False(Create().IsUpToDate(request));
        _topology = Topology(TopologyType.ReplicaSetWithPrimary, Server("a", ServerType.RSPrimary, 26));
        Assert.False(responder.IsUpToDate(request));
    }

    private HelloResponder Create(
        Presentation presentation = Presentation.Automatic,
        IReadOnlyList<string>? compressors = null
    ) => new(presentation, "rs0", null, compressors ?? [], () => _topology, _clock);

    private static BsonDocument Answer(HelloResponder responder, BsonDocument request) =>
        responder.Answer(HelloRequest.Parse(request), 1, new IPEndPoint(IPAddress.Loopback, 27018));

    private static TopologyDescription Topology(TopologyType type, params ServerDescription[] servers) =>
        new() { Type = type, Servers = servers };

    private static ServerDescription Server(
        string host,
        ServerType type,
        int wire,
        int maxWriteBatchSize = 100_000
    ) =>
        new()
        {
            Address = new ServerAddress(host, 27017),
            Type = type,
            MaxWireVersion = wire,
            LogicalSessionTimeoutMinutes = 30,
            Reply = new BsonDocument { ["maxWriteBatchSize"] = maxWriteBatchSize },
        };
}
