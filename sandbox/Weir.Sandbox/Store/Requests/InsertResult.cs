namespace Weir.Sandbox.Store.Requests;

/// <summary>What an insert command did.</summary>
internal sealed record InsertResult(int Inserted, IReadOnlyList<WriteError> Errors);
