namespace Weir.Chaos.Tests;

/// <summary>
/// Tests that count what belongs to the whole process (descriptors, rented buffers), or load it, run by themselves.
/// </summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public class Alone;
