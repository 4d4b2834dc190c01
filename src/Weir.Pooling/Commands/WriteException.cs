using System.Globalization;
using Weir.Protocol.Bson;

namespace Weir.Pooling.Commands;

/// <summary>The server did the command, but refused some of its writes, or could not acknowledge them as asked.</summary>
public sealed class WriteException : Exception
{
    internal WriteException(
        string place,
        IReadOnlyList<WriteFailure> failures,
        BsonDocument? concernError,
        BulkWriteResult result
    )
        : base(Describe(place, failures, concernError))
    {
        Failures = failures;
        ConcernError = concernError;
        Result = result;
    }

    /// <summary>The writes that failed.</summary>
    public IReadOnlyList<WriteFailure> Failures { get; }

    /// <summary>Why the write concern was not satisfied; the writes themselves may be done.</summary>
    public BsonDocument? ConcernError { get; }

    /// <summary>What was done.</summary>
    public BulkWriteResult Result { get; }

    /// <summary>Whether a write failed because its key is there already.</summary>
    public bool IsDuplicateKey => Failures.Any(static f => f.Code == 11000);

    private static string Describe(
        string place,
        IReadOnlyList<WriteFailure> failures,
        BsonDocument? concernError
    ) =>
        failures.Count > 0
            ? string.Create(
                CultureInfo.InvariantCulture,
                $"{place}: {failures.Count} write(s) failed; the first, number {failures[0].Index}, with error {failures[0].Code}: {failures[0].Message}"
            )
            : $"{place}: the write concern was not satisfied: {concernError}";
}
