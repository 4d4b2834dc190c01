using Weir.Conformance.ConnectionStringCases;

namespace Weir.Conformance.ReadWriteConcernCases;

/// <summary>
/// The suite read-write-concern, but for its folder "operation": its cases are of the unified format and need a
/// server.
/// </summary>
public sealed class ReadWriteConcernTests
{
    private const string NotHere = "operation/";

    private static readonly CaseSuite<ConcernCase> s_suite = new(
        "read-write-concern",
        file => !file.Name.StartsWith(NotHere, StringComparison.Ordinal)
    );

    public static IEnumerable<TheoryDataRow<string, int>> All() => s_suite.Rows();

    [Fact]
    public void Every_file_was_found_and_has_cases() => s_suite.AssertNotEmpty();

    [Theory]
    [MemberData(nameof(All))]
    public void Case(string file, int index) => s_suite[file, index].Run();
}
