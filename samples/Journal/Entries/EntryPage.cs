namespace Weir.Samples.Journal.Entries;

/// <summary>Some entries, the latest first.</summary>
/// <param name="Entries">The entries.</param>
/// <param name="Next">What to ask for to go on; null: these were the last.</param>
public sealed record EntryPage(IReadOnlyList<Entry> Entries, string? Next);
