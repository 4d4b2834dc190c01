using Weir.Conformance.ServerSelectionCases;

namespace Weir.Conformance.MaxStalenessCases;

/// <summary>The suite max-staleness.</summary>
public class MaxStalenessTests
{
    public static IEnumerable<ITheoryDataRow> All => SelectionCase.Rows("max-staleness");

    [Theory]
    [MemberData(nameof(All))]
    public void Max_staleness(string suite, string name) => SelectionCase.Read(suite, name).Run();
}
