using Weir.Conformance.ConnectionStringCases;

namespace Weir.Conformance.UriOptionsCases;

/// <summary>The suite uri-options: every case of every file.</summary>
public sealed class UriOptionsTests
{
    private static readonly CaseSuite<UriCase> s_suite = new("uri-options");

    public static IEnumerable<TheoryDataRow<string, int>> All() => s_suite.Rows();

    [Fact]
    public void Every_file_was_found_and_has_cases() => s_suite.AssertNotEmpty();

    [Theory]
    [MemberData(nameof(All))]
    public void Case(string file, int index) => s_suite[file, index].Run();
}
