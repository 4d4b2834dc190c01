using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ConnectionStringCases;

/// <summary>A case of the form that connection-string and uri-options share; null means "not asserted".</summary>
internal sealed record UriCase : ICase
{
    public required string Description { get; init; }

    public required string Uri { get; init; }

    public required bool Valid { get; init; }

    public bool? Warning { get; init; }

    public IReadOnlyList<UriCaseHost>? Hosts { get; init; }

    public UriCaseAuth? Auth { get; init; }

    public IReadOnlyDictionary<string, JsonElement>? Options { get; init; }

    public void Run()
    {
        if (!Valid)
        {
            Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(Uri));
            return;
        }

        var parsed = ConnectionString.Parse(Uri);
        if (Warning is { } warning)
        {
            Assert.True(warning == parsed.Warnings.Count > 0, string.Join('\n', parsed.Warnings));
        }

        if (Hosts is not null)
        {
            Assert.Equal(Hosts.Count, parsed.Hosts.Count);
            Assert.All(Hosts.Zip(parsed.Hosts), pair => AssertHost(pair.First, pair.Second));
        }

        Assert.Equal(Auth?.Username ?? parsed.Credential?.UserName, parsed.Credential?.UserName);
        Assert.Equal(Auth?.Password ?? parsed.Credential?.Password, parsed.Credential?.Password);
        Assert.Equal(Auth?.Db ?? parsed.Database, parsed.Database);
        foreach (var (name, value) in Options ?? new Dictionary<string, JsonElement>())
        {
            OptionAssert.Equal(name, value, parsed);
        }
    }

    private static void AssertHost(UriCaseHost expected, ServerAddress actual)
    {
        Assert.Equal(expected.Host ?? actual.Host, actual.Host);
        Assert.Equal(expected.Port ?? actual.Port, actual.Port);
        Assert.Equal(expected.Type ?? TypeOf(actual), TypeOf(actual));
    }

    private static string TypeOf(ServerAddress address) =>
        address.IsUnixSocket ? "unix"
        : address.ToEndPoint() is not IPEndPoint ip ? "hostname"
        : ip.AddressFamily == AddressFamily.InterNetwork ? "ipv4"
        : "ip_literal";
}
