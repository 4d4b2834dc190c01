namespace Weir.Cli.Verify;

/// <summary>What came of one step.</summary>
/// <param name="Title">What is tried.</param>
/// <param name="Passed">Whether it is so.</param>
/// <param name="Figures">The figures, or what is wrong.</param>
/// <param name="Took">How long it took.</param>
internal sealed record TrialStep(string Title, bool Passed, string Figures, TimeSpan Took);
