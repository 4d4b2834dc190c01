using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Json;

namespace Weir.Pooling.Tests.Selection;

public sealed class ReadPreferenceTests
{
    [Theory]
    [InlineData("primary", ReadPreferenceMode.Primary)]
    [InlineData("primaryPreferred", ReadPreferenceMode.PrimaryPreferred)]
    [InlineData("secondary", ReadPreferenceMode.Secondary)]
    [InlineData("secondaryPreferred", ReadPreferenceMode.SecondaryPreferred)]
    [InlineData("nearest", ReadPreferenceMode.Nearest)]
    public void A_mode_alone_is_a_shared_instance_that_costs_nothing_to_read(
        string name,
        ReadPreferenceMode mode
    )
    {
        var bytes = ExtendedJson.Parse($$"""{"mode": "{{name}}"}""").ToBytes();
        Assert.Same(ReadPreference.Of(mode), ReadPreferenceParser.Parse(bytes));

        var before = GC.GetAllocatedBytesForCurrentThread();
        _ = ReadPreferenceParser.Parse(bytes);
        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }

    [Theory]
    [InlineData(
        """{"mode": "secondary", "tags": [{"dc": "ny", "rack": "2"}, {}], "maxStalenessSeconds": 120}"""
    )]
    [InlineData("""{"mode": "nearest", "hedge": {"enabled": true}}""")]
    [InlineData("""{"mode": "nearest", "maxStalenessSeconds": 90}""")]
    [InlineData("""{"mode": "primary"}""")]
    public void Every_part_is_read_and_written(string json)
    {
        var document = ExtendedJson.Parse(json);
        var preference = ReadPreferenceParser.Parse(document.ToBytes());
        Assert.Equal(preference, ReadPreferenceParser.Parse(document));
        Assert.Equal(preference.GetHashCode(), ReadPreferenceParser.Parse(document).GetHashCode());
        Assert.Equal(preference, ReadPreferenceParser.Parse(preference.ToBson()));
        Assert.Equal(document.Names, preference.ToBson().Names);
    }

    [Theory]
    [InlineData("""{}""")]
    [InlineData("""{"mode": 1}""")]
    [InlineData("""{"mode": "Primary"}""")]
    [InlineData("""{"mode": "primary", "tags": [{"dc": "ny"}]}""")]
    [InlineData("""{"mode": "primary", "maxStalenessSeconds": 120}""")]
    [InlineData("""{"mode": "primary", "hedge": {}}""")]
    [InlineData("""{"mode": "nearest", "tags": {"dc": "ny"}}""")]
    [InlineData("""{"mode": "nearest", "tags": ["ny"]}""")]
    [InlineData("""{"mode": "nearest", "tags": [{"dc": 1}]}""")]
    [InlineData("""{"mode": "nearest", "hedge": true}""")]
    [InlineData("""{"mode": "nearest", "maxStalenessSeconds": "90"}""")]
    [InlineData("""{"mode": "nearest", "maxStalenessSeconds": {"$numberDouble": "NaN"}}""")]
    [InlineData("""{"mode": "nearest", "maxStalenessSeconds": -2}""")]
    public void What_contradicts_itself_is_refused(string json) =>
        Assert.Throws<InvalidReadPreferenceException>(() =>
            ReadPreferenceParser.Parse(ExtendedJson.Parse(json).ToBytes())
        );

    [Theory]
    [InlineData("""{"mode": "primary", "tags": [{}], "maxStalenessSeconds": -1}""")]
    [InlineData("""{"mode": "primary", "tags": [], "somethingNew": 1}""")]
    public void What_says_nothing_is_left_out(string json) =>
        Assert.Same(ReadPreference.Primary, ReadPreferenceParser.Parse(ExtendedJson.Parse(json)));

    [Fact]
    public void A_connection_string_writes_one_down()
    {
        var preference = ReadPreferenceParser.Of(
            ConnectionString.Parse(
                "mongodb://a/?readPreference=secondary&readPreferenceTags=dc:ny,rack:1&readPreferenceTags=&maxStalenessSeconds=120"
            )
        );
        Assert.Equal(
            """read preference secondary, tags [{ dc: "ny", rack: "1" }, {}], maxStalenessSeconds 120""",
            preference.ToString()
        );
        Assert.Same(ReadPreference.Primary, ReadPreferenceParser.Of(ConnectionString.Parse("mongodb://a")));
    }
}
