using System.Text.Json;
using Weir.Conformance.ConnectionStringCases;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Json;

namespace Weir.Conformance.ReadWriteConcernCases;

/// <summary>A case of the folders connection-string and document; what is null or absent is not asserted.</summary>
internal sealed record ConcernCase : ICase
{
    public required string Description { get; init; }

    public string? Uri { get; init; }

    public required bool Valid { get; init; }

    public bool? Warning { get; init; }

    public ReadConcernCase? ReadConcern { get; init; }

    public WriteConcernCase? WriteConcern { get; init; }

    public JsonElement? ReadConcernDocument { get; init; }

    public JsonElement? WriteConcernDocument { get; init; }

    public bool? IsServerDefault { get; init; }

    public bool? IsAcknowledged { get; init; }

    public void Run()
    {
        if (Uri is null)
        {
            RunDocument();
        }
        else
        {
            RunConnectionString(Uri);
        }
    }

    private void RunConnectionString(string uri)
    {
        if (!Valid)
        {
            AssertReported(uri);
            return;
        }

        var parsed = ConnectionString.Parse(uri);
        Assert.Equal(ReadConcern?.Build() ?? parsed.ReadConcern, parsed.ReadConcern);
        Assert.Equal(WriteConcern?.Build() ?? parsed.WriteConcern, parsed.WriteConcern);
    }

    /// <summary>
    /// The connection string specification answers an invalid value with a warning, a contradiction with an
    /// error: a case that does not say which gets either.
    /// </summary>
    private void AssertReported(string uri)
    {
        try
        {
            var parsed = ConnectionString.Parse(uri);
            Assert.True(Warning != false && parsed.Warnings.Count > 0, "neither an error nor a warning");
        }
        catch (ConnectionStringException)
        {
            Assert.NotEqual(true, Warning);
        }
    }

    private void RunDocument()
    {
        Assert.True(
            ReadConcern is null != WriteConcern is null,
            "a case has a read concern or a write concern"
        );
        if (ReadConcern is not null)
        {
            Assert.True(Valid, "every read concern is valid");
            var concern = ReadConcern.Build();
            AssertDocument(ReadConcernDocument, concern.ToDocument().ToString());
            Assert.Equal(IsServerDefault ?? concern.IsServerDefault, concern.IsServerDefault);
            return;
        }

        var write = WriteConcern!.Build();
        Assert.Equal(Valid, write.Inconsistency is null);
        if (Valid)
        {
            AssertDocument(WriteConcernDocument, write.ToDocument().ToString());
            Assert.Equal(IsServerDefault ?? write.IsServerDefault, write.IsServerDefault);
            Assert.Equal(IsAcknowledged ?? write.IsAcknowledged, write.IsAcknowledged);
        }
    }

    private static void AssertDocument(JsonElement? expected, string actual)
    {
        if (expected is { ValueKind: JsonValueKind.Object } document)
        {
            Assert.Equal(ExtendedJson.Parse(document.GetRawText()).ToString(), actual);
        }
    }
}
