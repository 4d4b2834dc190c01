namespace Weir.Sandbox.Store.Catalog;

/// <summary>How much a capped collection keeps.</summary>
/// <param name="Bytes">The documents' size together.</param>
/// <param name="Documents">Their number; 0 is no limit.</param>
internal sealed record CappedLimits(long Bytes, long Documents);
