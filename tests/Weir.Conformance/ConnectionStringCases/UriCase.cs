using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ConnectionStringCases;

/// <summary>A case of the form that connection-string and uri-options share.</summary>
internal static class UriCase
{
    public static void Run(string json)
    {
        using var document = JsonDocument.Parse(json);
        var test = document.RootElement;
        CaseFile.AssertKnownFields(
            test,
            "description",
            "uri",
            "valid",
            "warning",
            "hosts",
            "auth",
            "options"
        );
        var uri = test.GetProperty("uri").GetString()!;
        if (!test.GetProperty("valid").GetBoolean())
        {
            Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(uri));
            return;
        }
        var parsed = ConnectionString.Parse(uri);
        if (test.Field("warning") is { } warning)
        {
            Assert.True(
                warning.GetBoolean() == parsed.Warnings.Count > 0,
                string.Join('\n', parsed.Warnings)
            );
        }
        if (test.Field("hosts") is { } hosts)
        {
            AssertHosts(hosts, parsed);
        }
        if (test.Field("auth") is { } auth)
        {
            AssertAuth(auth, parsed);
        }
        foreach (var option in test.Field("options")?.EnumerateObject().ToList() ?? [])
        {
            OptionAssert.Equal(option.Name, option.Value, parsed);
        }
    }

    private static void AssertHosts(JsonElement hosts, ConnectionString parsed)
    {
        Assert.Equal(hosts.GetArrayLength(), parsed.Hosts.Count);
        foreach (var (expected, actual) in hosts.EnumerateArray().Zip(parsed.Hosts))
        {
            CaseFile.AssertKnownFields(expected, "type", "host", "port");
            Assert.Equal(expected.GetProperty("host").GetString(), actual.Host);
            if (expected.Field("port") is { } port)
            {
                Assert.Equal(port.GetInt32(), actual.Port);
            }
            if (expected.Field("type") is { } type)
            {
                Assert.Equal(type.GetString(), TypeOf(actual));
            }
        }
    }

    private static string TypeOf(ServerAddress address) =>
        address.IsUnixSocket ? "unix"
        : address.ToEndPoint() is not IPEndPoint ip ? "hostname"
        : ip.AddressFamily == AddressFamily.InterNetwork ? "ipv4"
        : "ip_literal";

    private static void AssertAuth(JsonElement auth, ConnectionString parsed)
    {
        CaseFile.AssertKnownFields(auth, "username", "password", "db");
        if (auth.Field("username") is { } name)
        {
            Assert.Equal(name.GetString(), parsed.Credential?.UserName);
        }
        if (auth.Field("password") is { } password)
        {
            Assert.Equal(password.GetString(), parsed.Credential?.Password);
        }
        if (auth.Field("db") is { } database)
        {
            Assert.Equal(database.GetString(), parsed.Database);
        }
    }
}
