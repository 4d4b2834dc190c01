namespace Weir.Sandbox.Store.Requests;

/// <summary>What an update command did. <c>n</c> of the reply is <paramref name="Matched"/> + the upserts.</summary>
internal sealed record UpdateResult(
    long Matched,
    long Modified,
    IReadOnlyList<Upsert> Upserted,
    IReadOnlyList<WriteError> Errors
);
