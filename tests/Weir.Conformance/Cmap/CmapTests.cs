namespace Weir.Conformance.Cmap;

/// <summary>The cases of connection-monitoring-and-pooling/cmap-format: every file, none left out.</summary>
public sealed class CmapTests
{
    private const string Suite = "connection-monitoring-and-pooling/cmap-format";

    private static readonly Dictionary<string, CmapCase> s_cases = SpecFiles
        .Find(Suite)
        .ToDictionary(static file => file.Name, SpecFiles.Read<CmapCase>);

    public static IEnumerable<TheoryDataRow<string>> Cases() =>
        SpecFiles
            .Find(Suite)
            .Select(static file => new TheoryDataRow<string>(file.Name)
            {
                TestDisplayName = $"cmap {file.Case(s_cases[file.Name].Description)}",
            });

    [Fact]
    public void Every_file_is_a_case() => Assert.Equal(SpecFiles.Find(Suite).Count, s_cases.Count);

    [Theory]
    [MemberData(nameof(Cases))]
    public void Pool(string file) => CmapRun.Run(s_cases[file]);
}
