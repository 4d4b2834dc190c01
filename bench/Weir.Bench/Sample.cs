namespace Weir.Bench;

/// <summary>One figure of one target in one round.</summary>
internal sealed record Sample(string Target, string Figure, double Value);
