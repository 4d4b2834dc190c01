namespace Weir.Cli.Look;

/// <summary>What is to be seen at one moment, of a Weir or of a deployment. Immutable.</summary>
/// <param name="Title">What is looked at.</param>
/// <param name="Figures">The numbers on top: what each is, and its value.</param>
/// <param name="Tables">What there is to choose from, the most telling first.</param>
internal sealed record Picture(
    string Title,
    IReadOnlyList<(string Label, string Value)> Figures,
    IReadOnlyList<PictureTable> Tables
);
