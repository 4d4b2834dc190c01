namespace Weir.Samples.Journal;

/// <summary>A process, as the API shows it.</summary>
public sealed record StatusView(
    DateTimeOffset Now,
    int Connections,
    string Destination,
    IReadOnlyList<WorkerView> Workers
);
