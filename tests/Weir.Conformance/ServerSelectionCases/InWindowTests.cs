using System.Text.Json.Serialization;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>The suite server-selection/in_window: which of several near servers is chosen, how often.</summary>
public class InWindowTests
{
    private const string Suite = "server-selection/in_window";

    public static IEnumerable<ITheoryDataRow> All =>
        SpecFiles
            .Find(Suite)
            .Select(f => new TheoryDataRow<string>(f.Name) { TestDisplayName = $"{Suite}/{f.Name}" });

    [Theory]
    [MemberData(nameof(All))]
    public void Near_servers_are_chosen_by_their_load(string name)
    {
        var test = SpecFiles.Read<InWindowCase>(SpecFiles.Find(Suite).Single(f => f.Name == name));
        var topology = test.Topology.ToDescription();
        var load = test.State.ToDictionary(s => ServerAddress.Parse(s.Address), s => s.OperationCount);
        var suitable = ServerSelector.Suitable(
            topology,
            ReadPreference.Nearest,
            write: false,
            TimeSpan.FromSeconds(10)
        );
        var near = ServerSelector.InWindow(suitable, TimeSpan.FromMilliseconds(15));
        // Always the same choices: a test that fails by chance is worth nothing.
        var random = new Random(4711);
        var chosen = new Dictionary<string, int>();
        for (var i = 0; i < test.Iterations; i++)
        {
            var address = TwoChoices.Pick(near, s => load[s.Address], random).Address.ToString();
            chosen[address] = chosen.GetValueOrDefault(address) + 1;
        }
        foreach (var (address, expected) in test.Outcome.Frequencies)
        {
            var frequency = (double)chosen.GetValueOrDefault(address) / test.Iterations;
            Assert.Equal(expected, frequency, expected is 0 or 1 ? 0 : test.Outcome.Tolerance);
        }
    }

    private sealed record InWindowCase
    {
        public string? Description { get; init; }

        [JsonPropertyName("topology_description")]
        public required TopologyCase Topology { get; init; }

        [JsonPropertyName("mocked_topology_state")]
        public required IReadOnlyList<StateCase> State { get; init; }

        public required int Iterations { get; init; }

        public required OutcomeCase Outcome { get; init; }
    }

    private sealed record StateCase
    {
        public required string Address { get; init; }

        [JsonPropertyName("operation_count")]
        public required int OperationCount { get; init; }
    }

    private sealed record OutcomeCase
    {
        public required double Tolerance { get; init; }

        [JsonPropertyName("expected_frequencies")]
        public required IReadOnlyDictionary<string, double> Frequencies { get; init; }
    }
}
