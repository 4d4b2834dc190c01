namespace Weir.Conformance.SeedlistCases;

/// <summary>The suite initial-dns-seedlist-discovery: every file, with DNS over UDP and over TCP.</summary>
public sealed class SeedlistTests
{
    private const string Suite = "initial-dns-seedlist-discovery";

    private static readonly string[] Setups = ["replica-set", "load-balanced", "sharded"];

    public static IEnumerable<ITheoryDataRow> All() =>
        SpecFiles
            .Find(Suite, recursive: true)
            .SelectMany(_ => (bool[])[false, true], static (file, overTcp) => (file, overTcp))
            .Select(row => new TheoryDataRow<string, bool>(row.file.Name, row.overTcp)
            {
                TestDisplayName = $"{Suite}/{row.file.Name}{(row.overTcp ? " (over TCP)" : "")}",
            });

    [Fact]
    public void Every_folder_has_cases_and_is_known() =>
        Assert.Equal(
            Setups.Order(),
            SpecFiles.Find(Suite, recursive: true).Select(f => SetupOf(f.Name)).Distinct().Order()
        );

    [Theory]
    [MemberData(nameof(All))]
    public async Task Case(string name, bool overTcp)
    {
        var file = SpecFiles.Find(Suite, recursive: true).Single(f => f.Name == name);
        await using var run = new SeedlistRun(SpecFiles.Read<SeedlistCase>(file), SetupOf(name), overTcp);
        await run.RunAsync(TestContext.Current.CancellationToken);
    }

    private static string SetupOf(string name) => name.Split('/')[0];
}
