using System.Globalization;

namespace Weir.Sandbox.Store;

/// <summary>The server's error codes that the store uses, and their names.</summary>
internal static class ErrorCodes
{
    public const int BadValue = 2;
    public const int FailedToParse = 9;
    public const int TypeMismatch = 14;
    public const int InvalidLength = 16;
    public const int IllegalOperation = 20;
    public const int NamespaceNotFound = 26;
    public const int IndexNotFound = 27;
    public const int PathNotViable = 28;
    public const int ConflictingUpdateOperators = 40;
    public const int NamespaceExists = 48;
    public const int DollarPrefixedFieldName = 52;
    public const int InvalidIdField = 53;
    public const int EmptyFieldName = 56;
    public const int CommandNotFound = 59;
    public const int ImmutableField = 66;
    public const int CannotCreateIndex = 67;
    public const int InvalidOptions = 72;
    public const int InvalidNamespace = 73;
    public const int IndexOptionsConflict = 85;
    public const int IndexKeySpecsConflict = 86;
    public const int WriteConflict = 112;
    public const int CommandNotSupported = 115;
    public const int CappedPositionLost = 136;
    public const int OptionNotSupportedOnView = 167;
    public const int InvalidPipelineOperator = 168;
    public const int InvalidIndexSpecificationOption = 197;
    public const int ConversionFailure = 241;
    public const int OperationNotSupportedInTransaction = 263;
    public const int BsonObjectTooLarge = 10334;
    public const int DuplicateKey = 11000;

    private static readonly Dictionary<int, string> names = new()
    {
        [BadValue] = "BadValue",
        [FailedToParse] = "FailedToParse",
        [TypeMismatch] = "TypeMismatch",
        [InvalidLength] = "InvalidLength",
        [IllegalOperation] = "IllegalOperation",
        [NamespaceNotFound] = "NamespaceNotFound",
        [IndexNotFound] = "IndexNotFound",
        [PathNotViable] = "PathNotViable",
        [ConflictingUpdateOperators] = "ConflictingUpdateOperators",
        [NamespaceExists] = "NamespaceExists",
        [DollarPrefixedFieldName] = "DollarPrefixedFieldName",
        [InvalidIdField] = "InvalidIdField",
        [EmptyFieldName] = "EmptyFieldName",
        [CommandNotFound] = "CommandNotFound",
        [ImmutableField] = "ImmutableField",
        [CannotCreateIndex] = "CannotCreateIndex",
        [InvalidOptions] = "InvalidOptions",
        [InvalidNamespace] = "InvalidNamespace",
        [IndexOptionsConflict] = "IndexOptionsConflict",
        [IndexKeySpecsConflict] = "IndexKeySpecsConflict",
        [WriteConflict] = "WriteConflict",
        [CommandNotSupported] = "CommandNotSupported",
        [CappedPositionLost] = "CappedPositionLost",
        [OptionNotSupportedOnView] = "OptionNotSupportedOnView",
        [InvalidPipelineOperator] = "InvalidPipelineOperator",
        [InvalidIndexSpecificationOption] = "InvalidIndexSpecificationOption",
        [ConversionFailure] = "ConversionFailure",
        [OperationNotSupportedInTransaction] = "OperationNotSupportedInTransaction",
        [BsonObjectTooLarge] = "BSONObjectTooLarge",
        [DuplicateKey] = "DuplicateKey",
    };

    /// <summary>The name of a code; a code without one is called after its place, as the server does.</summary>
    public static string NameOf(int code) =>
        names.TryGetValue(code, out var name)
            ? name
            : "Location" + code.ToString(CultureInfo.InvariantCulture);
}
