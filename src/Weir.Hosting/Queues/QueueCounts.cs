namespace Weir.Hosting.Queues;

/// <summary>The jobs of a queue by what becomes of them.</summary>
/// <param name="Open">To be done: waiting, claimed, or waiting for another attempt.</param>
/// <param name="Done">Done.</param>
/// <param name="Dead">Put aside after their last attempt.</param>
public sealed record QueueCounts(long Open, long Done, long Dead);
