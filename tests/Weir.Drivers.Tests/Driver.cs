namespace Weir.Drivers.Tests;

/// <summary>A real driver, and the program that runs the common scenario with it.</summary>
/// <param name="Name">What the matrix calls it.</param>
/// <param name="Program">What is started; a path with a slash is within tests/drivers.</param>
/// <param name="Arguments">Before the scenario's own; a path with a slash is within tests/drivers.</param>
public sealed record Driver(string Name, string Program, params IReadOnlyList<string> Arguments)
{
    public static IReadOnlyList<Driver> All { get; } =
    [
        new("node 7", "node", "./node/scenario.mjs", "package=mongodb"),
        new("node 6", "node", "./node/scenario.mjs", "package=mongodb6"),
        new("mongoose", "node", "./mongoose/scenario.mjs"),
        new("mongosh", "./mongosh/scenario"),
        // Debian's own Python, because that is the one that Debian's python3-pymongo belongs to; so with the others.
        new("pymongo", "/usr/bin/python3", "./python/scenario.py"),
        new("php", "/usr/bin/php", "./php/scenario.php"),
        new("ruby", "/usr/bin/ruby", "./ruby/scenario.rb") { TakesTlsByUri = false },
        new("perl", "/usr/bin/perl", "./perl/scenario.pl") { TakesTlsByUri = false },
    ];

    /// <summary>Whether a connection string is all that it needs for TLS with an authority of one's own.</summary>
    public bool TakesTlsByUri { get; init; } = true;

    public override string ToString() => Name;
}
