namespace Weir.Drivers.Tests;

/// <summary>A real driver, and the program that runs the common scenario with it.</summary>
public sealed record Driver(string Name, string Program, string Script)
{
    public static readonly Driver Node = new("node mongodb", "node", "node/scenario.mjs");

    /// <summary>Debian's own Python, because that is the one that Debian's python3-pymongo belongs to.</summary>
    public static readonly Driver Python = new("pymongo", "/usr/bin/python3", "python/scenario.py");

    public static IReadOnlyList<Driver> All { get; } = [Node, Python];

    public override string ToString() => Name;
}
