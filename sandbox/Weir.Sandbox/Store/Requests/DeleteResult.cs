namespace Weir.Sandbox.Store.Requests;

/// <summary>What a delete command did.</summary>
internal sealed record DeleteResult(long Deleted, IReadOnlyList<WriteError> Errors);
