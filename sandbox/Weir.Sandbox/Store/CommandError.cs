using Weir.Protocol.Bson;

namespace Weir.Sandbox.Store;

/// <summary>
/// A request the store refuses or fails, in the server's own terms: the server room writes it as
/// <c>{ok: 0, errmsg, code, codeName}</c> or as one entry of <c>writeErrors</c>.
/// </summary>
internal sealed class CommandError : Exception
{
    public CommandError(int code, string codeName, string message, BsonDocument? extra = null)
        : base(message)
    {
        Code = code;
        CodeName = codeName;
        Extra = extra;
    }

    public CommandError(int code, string message, BsonDocument? extra = null)
        : this(code, ErrorCodes.NameOf(code), message, extra) { }

    public int Code { get; }

    public string CodeName { get; }

    /// <summary>Fields that stand beside code and message, such as a duplicate key's keyPattern and keyValue.</summary>
    public BsonDocument? Extra { get; }

    /// <summary>Another writer holds or has changed the document: the statement changed nothing and may be repeated.</summary>
    public bool IsWriteConflict => Code == ErrorCodes.WriteConflict;

    public static CommandError BadValue(string message) => new(ErrorCodes.BadValue, message);

    public static CommandError FailedToParse(string message) => new(ErrorCodes.FailedToParse, message);

    public static CommandError TypeMismatch(string message) => new(ErrorCodes.TypeMismatch, message);

    /// <summary>Something a real server does and this one does not: said, never skipped in silence.</summary>
    public static CommandError NotHere(string what) =>
        new(ErrorCodes.CommandNotSupported, $"The sandbox does not support {what}");

    public static CommandError WriteConflict() =>
        new(
            ErrorCodes.WriteConflict,
            "Write conflict during plan execution and yielding is disabled. :: Please retry your operation or multi-document transaction."
        );
}
