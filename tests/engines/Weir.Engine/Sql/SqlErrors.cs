using System.Collections.Frozen;
using Npgsql;
using Weir.Protocol.Bson;

namespace Weir.Engine;

/// <summary>What the engine's SQLSTATEs are in MongoDB's codes. Those that are not here are InternalError (1).</summary>
internal static class SqlErrors
{
    private const string Transient = "TransientTransactionError";

    private static readonly FrozenDictionary<string, (int Code, string Name)> codes = new Dictionary<
        string,
        (int, string)
    >
    {
        ["M0001"] = (2, "BadValue"),
        ["M0003"] = (9, "FailedToParse"),
        ["M0004"] = (14, "TypeMismatch"),
        ["M0005"] = (15, "Overflow"),
        ["M0006"] = (20, "IllegalOperation"),
        ["M0008"] = (26, "NamespaceNotFound"),
        ["M0009"] = (27, "IndexNotFound"),
        ["M000A"] = (28, "PathNotViable"),
        ["M000D"] = (40, "ConflictingUpdateOperators"),
        ["M000E"] = (43, "CursorNotFound"),
        ["M000F"] = (48, "NamespaceExists"),
        ["M000G"] = (52, "DollarPrefixedFieldName"),
        ["M000J"] = (56, "EmptyFieldName"),
        ["M000M"] = (66, "ImmutableField"),
        ["M000N"] = (67, "CannotCreateIndex"),
        ["M000O"] = (68, "IndexAlreadyExists"),
        ["M000P"] = (72, "InvalidOptions"),
        ["M000Q"] = (73, "InvalidNamespace"),
        ["M000R"] = (85, "IndexOptionsConflict"),
        ["M000S"] = (86, "IndexKeySpecsConflict"),
        ["M000U"] = (115, "CommandNotSupported"),
        ["M0013"] = (224, "QueryFeatureNotAllowed"),
        ["M0015"] = (241, "ConversionFailure"),
        ["M0016"] = (263, "OperationNotSupportedInTransaction"),
        ["M001B"] = (10334, "BSONObjectTooLarge"),
        ["M001C"] = (11000, "DuplicateKey"),
        ["M007U"] = (40324, "Location40324"),
        ["M0088"] = (40415, "Location40415"),
        ["M00CO"] = (121, "DocumentValidationFailure"),
        ["M00ER"] = (13, "Unauthorized"),
        ["M00EV"] = (18, "AuthenticationFailed"),
        ["M00EW"] = (24, "LockTimeout"),
        ["M00EX"] = (50, "MaxTimeMSExpired"),
        ["M00EY"] = (59, "CommandNotFound"),
        ["M00F1"] = (112, "WriteConflict"),
        ["23505"] = (11000, "DuplicateKey"),
        ["42704"] = (11, "UserNotFound"),
        ["42710"] = (51003, "Location51003"),
        ["57014"] = (50, "MaxTimeMSExpired"),
        // What PostgreSQL says where MongoDB's transactions meet a write conflict.
        ["40001"] = (112, "WriteConflict"),
        ["40P01"] = (112, "WriteConflict"),
        ["55P03"] = (112, "WriteConflict"),
        ["25P02"] = (251, "NoSuchTransaction"),
    }.ToFrozenDictionary();

    public static CommandError ToCommandError(PostgresException error, bool inTransaction)
    {
        var (code, name) = Translate(error.SqlState);
        var text = code == 1 ? $"{error.SqlState}: {error.MessageText}" : error.MessageText;
        return new CommandError(code, name, text)
        {
            Labels = inTransaction && code is 112 or 251 ? [Transient] : [],
        };
    }

    /// <summary>The errors within a reply carry the SQLSTATE as PostgreSQL packs it: puts MongoDB's code there.</summary>
    public static BsonDocument TranslateWriteErrors(BsonDocument reply)
    {
        if (!reply.TryGetValue("writeErrors", out var errors))
        {
            return reply;
        }

        foreach (var error in errors.AsArray)
        {
            if (error.AsDocument["code"].ToInt32() is var packed and > 0x1000000)
            {
                error.AsDocument["code"] = Translate(Unpack(packed)).Code;
            }
        }

        return reply;
    }

    private static (int Code, string Name) Translate(string sqlState) =>
        codes.GetValueOrDefault(sqlState, (1, "InternalError"));

    /// <summary>Five characters of six bits, counted from '0', the first one lowest.</summary>
    private static string Unpack(int packed) =>
        string.Create(
            5,
            packed,
            static (text, packed) =>
            {
                for (var i = 0; i < text.Length; i++)
                {
                    text[i] = (char)('0' + ((packed >> (6 * i)) & 0x3F));
                }
            }
        );
}
