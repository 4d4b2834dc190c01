using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Conformance.SdamCases;

/// <summary>What a case says is known after a phase.</summary>
internal static class TopologyOutcome
{
    public static void AssertEqual(BsonDocument expected, Deployment deployment)
    {
        expected.Only(
            "topologyType",
            "setName",
            "servers",
            "logicalSessionTimeoutMinutes",
            "maxSetVersion",
            "maxElectionId",
            "compatible"
        );
        var topology = deployment.Topology;
        Assert.Equal(expected["topologyType"].AsString, topology.Type.ToString());
        Assert.Equal(expected.Text("setName"), topology.SetName);
        IfSaid(
            expected,
            "logicalSessionTimeoutMinutes",
            Fields.Number,
            topology.LogicalSessionTimeoutMinutes
        );
        IfSaid(expected, "maxSetVersion", Fields.Number, topology.MaxSetVersion);
        IfSaid(expected, "maxElectionId", Fields.Id, topology.MaxElectionId);
        Assert.Equal(
            expected.GetValueOrDefault("compatible") is not { IsBoolean: true, AsBoolean: false },
            topology.IsCompatible
        );
        var servers = expected["servers"].AsDocument;
        Assert.Equal(
            servers.Names.Order(StringComparer.Ordinal),
            topology.Servers.Select(s => s.Address.ToString()).Order(StringComparer.Ordinal)
        );
        foreach (var (address, server) in servers)
        {
            AssertServer(server.AsDocument, deployment, ServerAddress.Parse(address));
        }
    }

    private static void AssertServer(BsonDocument expected, Deployment deployment, ServerAddress address)
    {
        expected.Only(
            "type",
            "error",
            "setName",
            "setVersion",
            "electionId",
            "logicalSessionTimeoutMinutes",
            "minWireVersion",
            "maxWireVersion",
            "topologyVersion",
            "pool"
        );
        var server = deployment.Topology.Find(address)!;
        Assert.Equal(expected["type"].AsString, server.Type.ToString());
        if (expected.Text("error") is { } error)
        {
            Assert.Contains(error, server.Error, StringComparison.Ordinal);
        }
        IfSaid(expected, "setName", Fields.Text, server.SetName);
        IfSaid(expected, "setVersion", Fields.Number, server.SetVersion);
        IfSaid(expected, "electionId", Fields.Id, server.ElectionId);
        IfSaid(expected, "logicalSessionTimeoutMinutes", Fields.Number, server.LogicalSessionTimeoutMinutes);
        IfSaid(expected, "minWireVersion", (e, name) => e.Number(name) ?? 0, server.MinWireVersion);
        IfSaid(expected, "maxWireVersion", (e, name) => e.Number(name) ?? 0, server.MaxWireVersion);
        IfSaid(expected, "topologyVersion", (e, _) => TopologyVersion.Of(e), server.TopologyVersion);
        if (expected.GetValueOrDefault("pool") is { IsNull: false } pool)
        {
            Assert.Equal(
                pool.AsDocument.Only("generation")["generation"].ToInt32(),
                deployment.FindServer(address)!.Pool.GetGeneration()
            );
        }
    }

    private static void IfSaid<T>(
        BsonDocument expected,
        string name,
        Func<BsonDocument, string, T> read,
        T actual
    )
    {
        if (expected.Contains(name))
        {
            Assert.Equal(read(expected, name), actual);
        }
    }
}
