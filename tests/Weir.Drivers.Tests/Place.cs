namespace Weir.Drivers.Tests;

/// <summary>A kind of deployment that drivers run against.</summary>
/// <param name="Name">What the matrix calls it.</param>
/// <param name="Without">Steps that it cannot do, each with the reason.</param>
/// <param name="StartAsync">Starts one for a driver of its own.</param>
public sealed record Place(
    string Name,
    IReadOnlyDictionary<string, string> Without,
    Func<CancellationToken, Task<Stage>> StartAsync
)
{
    /// <summary>The drivers that can reach it; by default all.</summary>
    public Func<Driver, bool> Takes { get; init; } = _ => true;

    public override string ToString() => Name;
}
