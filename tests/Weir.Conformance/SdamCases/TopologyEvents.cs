using Weir.Pooling.Topologies;
using Weir.Protocol.Bson;

namespace Weir.Conformance.SdamCases;

/// <summary>Compares events with the events of a case: both are written as the case writes them, in one order.</summary>
internal static class TopologyEvents
{
    public static void AssertEqual(IEnumerable<BsonDocument> expected, IEnumerable<TopologyEvent> actual) =>
        Assert.Equal(expected.Select(Normal), actual.Select(Write).Select(Normal));

    private static BsonDocument Write(TopologyEvent item) =>
        item switch
        {
            TopologyEvent.TopologyOpening => Named("topology_opening_event", []),
            TopologyEvent.TopologyDescriptionChanged changed => Named(
                "topology_description_changed_event",
                new BsonDocument
                {
                    ["previousDescription"] = Write(changed.Previous),
                    ["newDescription"] = Write(changed.Current),
                }
            ),
            TopologyEvent.ServerOpening opening => Named(
                "server_opening_event",
                new BsonDocument { ["address"] = opening.Address.ToString() }
            ),
            TopologyEvent.ServerClosed closed => Named(
                "server_closed_event",
                new BsonDocument { ["address"] = closed.Address.ToString() }
            ),
            TopologyEvent.ServerDescriptionChanged changed => Named(
                "server_description_changed_event",
                new BsonDocument
                {
                    ["address"] = changed.Current.Address.ToString(),
                    ["previousDescription"] = Write(changed.Previous),
                    ["newDescription"] = Write(changed.Current),
                }
            ),
            _ => throw new InvalidOperationException($"unexpected event {item}"),
        };

    private static BsonDocument Named(string name, BsonDocument fields)
    {
        // One deployment, one topology: its identity is the listener's.
        fields.Add("topologyId", "42");
        return new BsonDocument { [name] = fields };
    }

    private static BsonDocument Write(TopologyDescription topology)
    {
        var document = new BsonDocument
        {
            ["topologyType"] = topology.Type.ToString(),
            ["servers"] = new BsonArray(topology.Servers.Select(s => (BsonValue)Write(s))),
        };
        if (topology.SetName is not null)
        {
            document["setName"] = topology.SetName;
        }
        return document;
    }

    private static BsonDocument Write(ServerDescription server)
    {
        var document = new BsonDocument
        {
            ["address"] = server.Address.ToString(),
            ["arbiters"] = new BsonArray(server.Arbiters.Select(a => (BsonValue)a.ToString())),
            ["hosts"] = new BsonArray(server.Hosts.Select(a => (BsonValue)a.ToString())),
            ["passives"] = new BsonArray(server.Passives.Select(a => (BsonValue)a.ToString())),
            ["type"] = server.Type.ToString(),
        };
        if (server.Primary is not null)
        {
            document["primary"] = server.Primary.ToString();
        }
        if (server.SetName is not null)
        {
            document["setName"] = server.SetName;
        }
        return document;
    }

    private static string Normal(BsonDocument document) => Sorted(document).ToString();

    private static BsonValue Sorted(BsonValue value) =>
        value.IsDocument
            ? new BsonDocument(
                value
                    .AsDocument.OrderBy(e => e.Name, StringComparer.Ordinal)
                    .Select(e => new BsonElement(e.Name, Sorted(e.Value)))
            )
        : value.IsArray ? new BsonArray(value.AsArray.Select(Sorted))
        : value;
}
