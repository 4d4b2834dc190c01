namespace Weir.Chaos.Tests.Wire;

/// <summary>A client got what was not its own, or what no server says: the one thing that must never happen.</summary>
public sealed class WrongReplyException(string message) : Exception(message);
