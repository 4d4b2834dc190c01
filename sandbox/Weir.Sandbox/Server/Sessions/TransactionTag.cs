namespace Weir.Sandbox.Server;

/// <summary>Which transaction a change in the log belongs to.</summary>
internal sealed record TransactionTag(SessionId Session, long Number);
