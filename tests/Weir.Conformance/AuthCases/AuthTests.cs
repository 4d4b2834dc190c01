using Weir.Conformance.ConnectionStringCases;

namespace Weir.Conformance.AuthCases;

/// <summary>The suite auth/legacy: every case of every file.</summary>
public sealed class AuthTests
{
    /// <summary>
    /// Since 2025-09-30 the specification forbids AWS keys in a connection string, and newer cases of the suite
    /// demand the error. These two were left in it and demand the opposite of the same string; no parser can
    /// satisfy both, so they are held to the specification's text.
    /// </summary>
    private static readonly string[] s_superseded =
    [
        "should use username and password if specified (MONGODB-AWS)",
        "should use username, password and session token if specified (MONGODB-AWS)",
    ];

    private static readonly CaseSuite<AuthCase> s_suite = new("auth/legacy");

    public static IEnumerable<TheoryDataRow<string, int>> All() =>
        s_suite.Rows(test => IsSuperseded(test) ? " [superseded: must be refused]" : "");

    [Fact]
    public void Every_file_was_found_and_has_cases() => s_suite.AssertNotEmpty();

    [Theory]
    [MemberData(nameof(All))]
    public void Case(string file, int index)
    {
        var test = s_suite[file, index];
        if (IsSuperseded(test))
        {
            test.AssertRefused();
        }
        else
        {
            test.Run();
        }
    }

    private static bool IsSuperseded(AuthCase test) => s_superseded.Contains(test.Description);
}
