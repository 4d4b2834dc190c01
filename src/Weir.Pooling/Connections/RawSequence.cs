namespace Weir.Pooling.Connections;

/// <summary>Documents that go beside a command as they are, one after the other (an OP_MSG's document sequence).</summary>
/// <param name="Name">The command's field that they stand for: <c>documents</c>, <c>updates</c>, <c>deletes</c>.</param>
/// <param name="Documents">The documents' bytes; not changed by anybody before the command is over.</param>
public readonly record struct RawSequence(string Name, ReadOnlyMemory<byte> Documents);
