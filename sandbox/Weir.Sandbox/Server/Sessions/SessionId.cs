using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>A logical session: the client's id and the user it belongs to, so that nobody enters another user's session.</summary>
internal readonly record struct SessionId(Guid Id, string User)
{
    /// <summary>The document of <c>lsid</c>.</summary>
    public BsonDocument ToDocument() => new() { ["id"] = BsonBinary.FromGuid(Id) };

    public override string ToString() => Id.ToString();

    public static SessionId Parse(BsonValue value, string user)
    {
        if (!value.IsDocument)
        {
            throw CommandError.TypeMismatch(
                "BSON field 'OperationSessionInfo.lsid' is the wrong type, expected type 'object'"
            );
        }

        Guid? id = null;
        foreach (var element in value.AsDocument)
        {
            // A driver sends only the id; uid, txnNumber and txnUUID are for servers among themselves.
            if (element.Name != "id")
            {
                throw new CommandError(40415, $"BSON field 'lsid.{element.Name}' is an unknown field.");
            }

            if (
                element.Value.Type != BsonType.Binary
                || element.Value.AsBinary is not { Subtype: BsonBinary.Uuid } binary
            )
            {
                throw CommandError.TypeMismatch(
                    "BSON field 'lsid.id' is the wrong type, expected type 'binData' of subtype UUID"
                );
            }

            if (binary.Length != 16)
            {
                throw new CommandError(
                    207,
                    "InvalidUUID",
                    "uuid must be a 16-byte binary field with UUID (4) subtype"
                );
            }

            id = binary.ToGuid();
        }

        return id is { } found
            ? new SessionId(found, user)
            : throw new CommandError(40414, "BSON field 'lsid.id' is missing but a required field");
    }
}
