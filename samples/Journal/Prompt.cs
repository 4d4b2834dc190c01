namespace Weir.Samples.Journal;

/// <summary>A question that people are asked.</summary>
public sealed record Prompt(string Text);
