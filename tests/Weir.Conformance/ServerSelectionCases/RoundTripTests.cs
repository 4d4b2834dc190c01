using System.Text.Json;
using System.Text.Json.Serialization;
using Weir.Pooling.Topologies;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>The suite server-selection/rtt: the average of round trip times.</summary>
public class RoundTripTests
{
    private const string Suite = "server-selection/rtt";

    public static IEnumerable<ITheoryDataRow> All =>
        SpecFiles
            .Find(Suite)
            .Select(f => new TheoryDataRow<string>(f.Name) { TestDisplayName = $"{Suite}/{f.Name}" });

    [Theory]
    [MemberData(nameof(All))]
    public void Round_trip_times_are_averaged(string name)
    {
        var test = SpecFiles.Read<RoundTripCase>(SpecFiles.Find(Suite).Single(f => f.Name == name));
        TimeSpan? before =
            test.Before.ValueKind == JsonValueKind.String && test.Before.GetString() == "NULL"
                ? null
                : TimeSpan.FromMilliseconds(test.Before.GetDouble());
        var after = RoundTripTimes.Next(before, TimeSpan.FromMilliseconds(test.Sample));
        Assert.Equal(test.After, after.TotalMilliseconds, precision: 3);
    }

    private sealed record RoundTripCase
    {
        [JsonPropertyName("avg_rtt_ms")]
        public required JsonElement Before { get; init; }

        [JsonPropertyName("new_rtt_ms")]
        public required double Sample { get; init; }

        [JsonPropertyName("new_avg_rtt")]
        public required double After { get; init; }
    }
}
