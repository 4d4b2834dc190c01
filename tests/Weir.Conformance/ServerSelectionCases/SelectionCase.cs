using System.Text.Json.Serialization;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Pooling.Topologies;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>A case of which servers are suitable, and which of them are near.</summary>
internal sealed record SelectionCase
{
    private static readonly TimeSpan LocalThreshold = TimeSpan.FromMilliseconds(15);

    [JsonPropertyName("topology_description")]
    public required TopologyCase Topology { get; init; }

    public string? Operation { get; init; }

    [JsonPropertyName("read_preference")]
    public required ReadPreferenceCase ReadPreference { get; init; }

    public double? HeartbeatFrequencyMS { get; init; }

    [JsonPropertyName("deprioritized_servers")]
    public IReadOnlyList<ServerCase>? Deprioritized { get; init; }

    [JsonPropertyName("suitable_servers")]
    public IReadOnlyList<ServerCase>? Suitable { get; init; }

    [JsonPropertyName("in_latency_window")]
    public IReadOnlyList<ServerCase>? InWindow { get; init; }

    public bool? Error { get; init; }

    /// <summary>The cases of a suite, each a row that is named after its file.</summary>
    public static List<TheoryDataRow<string, string>> Rows(string suite) =>
        [
            .. SpecFiles
                .Find(suite, recursive: true)
                .Select(f => new TheoryDataRow<string, string>(suite, f.Name)
                {
                    TestDisplayName = $"{suite}/{f.Name}",
                }),
        ];

    public static SelectionCase Read(string suite, string name) =>
        SpecFiles.Read<SelectionCase>(SpecFiles.Find(suite, recursive: true).Single(f => f.Name == name));

    public void Run()
    {
        if (Error == true)
        {
            Assert.Throws<InvalidReadPreferenceException>(() => Select());
            return;
        }
        var suitable = Select();
        Assert.Equal(Addresses(Suitable), Addresses(suitable));
        Assert.Equal(Addresses(InWindow), Addresses(ServerSelector.InWindow(suitable, LocalThreshold)));
    }

    private IReadOnlyList<ServerDescription> Select() =>
        ServerSelector.Suitable(
            Topology.ToDescription(),
            ReadPreference.ToReadPreference(),
            Operation switch
            {
                "write" => true,
                "read" or null => false,
                _ => throw new InvalidDataException($"unknown operation {Operation}"),
            },
            TimeSpan.FromMilliseconds(HeartbeatFrequencyMS ?? 10_000),
            Deprioritized?.Select(s => ServerAddress.Parse(s.Address)).ToArray()
        );

    private static IEnumerable<string> Addresses(IReadOnlyList<ServerCase>? servers)
    {
        Assert.NotNull(servers);
        return servers.Select(s => s.Address).Order(StringComparer.Ordinal);
    }

    private static IEnumerable<string> Addresses(IReadOnlyList<ServerDescription> servers) =>
        servers.Select(s => s.Address.ToString()).Order(StringComparer.Ordinal);
}
