namespace Weir.Sandbox.Store.Requests;

/// <summary>Figures of one collection.</summary>
/// <param name="Generation">Grows with every committed write: tells a waiting tailable cursor that there is more.</param>
internal sealed record CollectionStatistics(
    long Count,
    long Bytes,
    int Indexes,
    bool IsCapped,
    long Generation
);
