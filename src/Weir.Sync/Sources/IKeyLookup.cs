using Weir.Protocol.Bson;

namespace Weir.Sync.Sources;

/// <summary>A source that can be asked which keys it has: needed to find deleted records by comparing.</summary>
public interface IKeyLookup
{
    /// <summary>Which of these keys there is a record for, in the same order.</summary>
    /// <param name="keys">Documents of the entity's key fields; some hundreds at most.</param>
    /// <param name="cancellationToken">Gives up.</param>
    ValueTask<IReadOnlyList<bool>> ExistAsync(
        IReadOnlyList<BsonDocument> keys,
        CancellationToken cancellationToken
    );
}
