using Weir.Conformance.ConnectionStringCases;

namespace Weir.Conformance.UriOptionsCases;

/// <summary>The cases of the suite uri-options.</summary>
public class UriOptionsCases
{
    public static IEnumerable<ITheoryDataRow> All => CaseFile.Cases("uri-options");

    [Theory]
    [MemberData(nameof(All))]
    public void Uri_options(string file, string description, string json)
    {
        Assert.NotNull(file);
        Assert.NotNull(description);
        UriCase.Run(json);
    }
}
