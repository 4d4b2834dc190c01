using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ConnectionStringCases;

/// <summary>The cases of the suite connection-string.</summary>
public class ConnectionStringCases
{
    public static IEnumerable<ITheoryDataRow> All => CaseFile.Cases("connection-string");

    [Theory]
    [MemberData(nameof(All))]
    public void Connection_string(string file, string description, string json)
    {
        Assert.NotNull(file);
        Assert.NotNull(description);
        UriCase.Run(json);
    }
}
