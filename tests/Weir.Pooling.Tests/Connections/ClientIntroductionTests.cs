using Weir.Pooling.Connections;

namespace Weir.Pooling.Tests.Connections;

/// <summary>The handshake specification's prose tests of metadata that is appended.</summary>
public sealed class ClientIntroductionTests
{
    private readonly ClientIntroduction _client = new("journal");

    [Theory]
    [InlineData("framework", "2.0", "Framework Platform")]
    [InlineData("framework", "2.0", null)]
    [InlineData("framework", null, "Framework Platform")]
    [InlineData("framework", null, null)]
    [InlineData("library", "2.0", "Library Platform")]
    [InlineData("library", "1.2", "Framework Platform")]
    public void What_is_new_is_added_behind_and_the_rest_stays(string name, string? version, string? platform)
    {
        var first = _client.Document;
        _client.Append("library", "1.2", "Library Platform");
        var before = _client.Document;
        _client.Append(name, version, platform);
        var driver = _client.Document["driver"].AsDocument;
        Assert.Equal($"Weir|library|{name}", driver["name"].AsString);
        Assert.Equal(
            With(before["driver"].AsDocument["version"].AsString, version),
            driver["version"].AsString
        );
        Assert.Equal(With(before["platform"].AsString, platform), _client.Document["platform"].AsString);
        Assert.Equal(before["os"], _client.Document["os"]);
        // What a connection has said already is not changed behind its back.
        Assert.Equal("Weir", first["driver"].AsDocument["name"].AsString);
    }

    [Theory]
    [InlineData("1.2", "Library Platform", "1.2", "Library Platform")]
    [InlineData(null, "Library Platform", "", "Library Platform")]
    [InlineData("1.2", null, "1.2", "")]
    public void The_same_again_changes_nothing_even_after_something_else(
        string? version,
        string? platform,
        string sameVersion,
        string samePlatform
    )
    {
        _client.Append("library", version, platform);
        _client.Append("framework", "2.0", "Framework Platform");
        var before = _client.Document;
        _client.Append("library", sameVersion, samePlatform);
        Assert.Equal(before, _client.Document);
    }

    private static string With(string before, string? added) => added is null ? before : $"{before}|{added}";
}
