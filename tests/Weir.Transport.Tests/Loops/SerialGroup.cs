namespace Weir.Transport.Tests.Loops;

/// <summary>Tests that count what the whole process has: they run after the others, one by one.</summary>
[CollectionDefinition(nameof(SerialGroup), DisableParallelization = true)]
public sealed class SerialGroup;
