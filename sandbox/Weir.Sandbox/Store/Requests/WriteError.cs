namespace Weir.Sandbox.Store.Requests;

/// <summary>
/// The failure of one statement of a write command. With code 112 (only outside a transaction: inside one it is thrown)
/// the statement has changed nothing: wait for <see cref="DocumentStore.TransactionEnded"/> and send it again.
/// </summary>
internal sealed record WriteError(int Index, CommandError Error);
