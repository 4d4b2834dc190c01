using System.Text;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>The <c>client</c> document of a connection's first hello.</summary>
internal sealed record ClientMetadata(BsonDocument Document, string AppName)
{
    private const int MaxDocumentSize = 512;
    private const int MaxAppNameBytes = 128;

    public static ClientMetadata Parse(BsonValue value)
    {
        if (!value.IsDocument)
        {
            throw CommandError.TypeMismatch("The client metadata document must be a document");
        }

        var document = value.AsDocument;
        if (document.ToBytes().Length > MaxDocumentSize)
        {
            throw new CommandError(
                185,
                "ClientMetadataDocumentTooLarge",
                $"The client metadata document must be less than or equal to {MaxDocumentSize} bytes"
            );
        }

        foreach (var required in (ReadOnlySpan<string>)["driver", "os"])
        {
            if (!document.Contains(required))
            {
                throw new CommandError(
                    183,
                    "ClientMetadataMissingField",
                    $"Missing required sub-document '{required}' in the client metadata document"
                );
            }
        }

        var appName = "";
        if (document.GetValueOrDefault("application") is { IsDocument: true } application)
        {
            if (application.AsDocument.GetValueOrDefault("name") is { IsString: true } name)
            {
                appName = name.AsString;
            }
        }

        return Encoding.UTF8.GetByteCount(appName) <= MaxAppNameBytes
            ? new ClientMetadata(document, appName)
            : throw new CommandError(
                184,
                "ClientMetadataAppNameTooLarge",
                $"The 'client.application.name' field must be less than or equal to {MaxAppNameBytes} bytes in length"
            );
    }
}
