namespace Weir.Conformance.ConnectionStringCases;

/// <summary>The suite connection-string: every case of every file.</summary>
public sealed class ConnectionStringTests
{
    private static readonly CaseSuite<UriCase> s_suite = new("connection-string");

    public static IEnumerable<TheoryDataRow<string, int>> All() => s_suite.Rows();

    [Fact]
    public void Every_file_was_found_and_has_cases() => s_suite.AssertNotEmpty();

    [Theory]
    [MemberData(nameof(All))]
    public void Case(string file, int index) => s_suite[file, index].Run();
}
