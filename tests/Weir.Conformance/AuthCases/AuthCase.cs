using System.Text.Json;
using Weir.Conformance.ConnectionStringCases;
using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.AuthCases;

/// <summary>Which credential a connection string asks for.</summary>
internal sealed record AuthCase : ICase
{
    public required string Description { get; init; }

    public required string Uri { get; init; }

    public required bool Valid { get; init; }

    /// <summary>Null: none must be asked for. Absent: nothing is asserted.</summary>
    public JsonElement Credential { get; init; }

    public void Run()
    {
        if (!Valid)
        {
            AssertRefused();
            return;
        }

        var credential = ConnectionString.Parse(Uri).Credential;
        if (Credential.ValueKind == JsonValueKind.Null)
        {
            Assert.Null(credential);
        }
        else if (Credential.ValueKind == JsonValueKind.Object)
        {
            Assert.NotNull(credential);
            Assert.All(Credential.EnumerateObject(), part => AssertPart(part, credential));
        }
    }

    public void AssertRefused() =>
        Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(Uri));

    private static void AssertPart(JsonProperty expected, Credential actual)
    {
        if (expected.Name == "mechanism_properties")
        {
            AssertProperties(expected.Value, actual);
            return;
        }

        var value = expected.Name switch
        {
            "username" => actual.UserName,
            "password" => actual.Password,
            "source" => actual.Source,
            "mechanism" => actual.Mechanism,
            _ => throw new InvalidDataException($"'{expected.Name}' of a credential is not known here."),
        };
        Assert.Equal(expected.Value.GetString(), value);
    }

    private static void AssertProperties(JsonElement expected, Credential actual)
    {
        if (expected.ValueKind == JsonValueKind.Null)
        {
            Assert.Empty(actual.Properties);
            return;
        }

        foreach (var property in expected.EnumerateObject())
        {
            Assert.Equal(
                property.Value.ToString(),
                actual.Properties[property.Name],
                ignoreCase: IsFlag(property)
            );
        }
    }

    // A property whose value is true or false stands as a boolean in a case, but is text in a connection string.
    private static bool IsFlag(JsonProperty property) =>
        property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False;
}
