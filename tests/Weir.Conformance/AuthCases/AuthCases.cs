using System.Text.Json;
using Weir.Conformance.ConnectionStringCases;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.AuthCases;

/// <summary>The cases of the suite auth/legacy: which credential a connection string asks for.</summary>
public class AuthCases
{
    private const string AwsKeys =
        "superseded: since 2025-09-30 the specification forbids AWS keys in the URI, and the same file says so"
        + " (\"should throw an exception if username and password provided (MONGODB-AWS)\")";

    // The suite contradicts itself here: no parser can pass these and the newer cases beside them.
    private static readonly Dictionary<string, string> Skipped = new()
    {
        ["should use username and password if specified (MONGODB-AWS)"] = AwsKeys,
        ["should use username, password and session token if specified (MONGODB-AWS)"] = AwsKeys,
    };

    public static IEnumerable<ITheoryDataRow> All => CaseFile.Cases("auth/legacy");

    [Theory]
    [MemberData(nameof(All))]
    public void Auth(string file, string description, string json)
    {
        Assert.NotNull(file);
        Assert.SkipWhen(Skipped.TryGetValue(description, out var reason), reason ?? "");
        using var document = JsonDocument.Parse(json);
        var test = document.RootElement;
        CaseFile.AssertKnownFields(test, "description", "uri", "valid", "credential");
        var uri = test.GetProperty("uri").GetString()!;
        if (!test.GetProperty("valid").GetBoolean())
        {
            Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(uri));
            return;
        }
        var credential = ConnectionString.Parse(uri).Credential;
        if (!test.TryGetProperty("credential", out var expected))
        {
            return;
        }
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(credential);
            return;
        }
        Assert.NotNull(credential);
        foreach (var part in expected.EnumerateObject())
        {
            switch (part.Name)
            {
                case "username":
                    Assert.Equal(part.Value.GetString(), credential.UserName);
                    break;
                case "password":
                    Assert.Equal(part.Value.GetString(), credential.Password);
                    break;
                case "source":
                    Assert.Equal(part.Value.GetString(), credential.Source);
                    break;
                case "mechanism":
                    Assert.Equal(part.Value.GetString(), credential.Mechanism);
                    break;
                case "mechanism_properties" when part.Value.ValueKind == JsonValueKind.Null:
                    Assert.Empty(credential.Properties);
                    break;
                case "mechanism_properties":
                    foreach (var property in part.Value.EnumerateObject())
                    {
                        Assert.Equal(property.Value.GetString(), credential.Properties[property.Name]);
                    }
                    break;
                default:
                    Assert.Fail($"the runner does not know '{part.Name}' of a credential");
                    break;
            }
        }
    }
}
