namespace Weir.Conformance.ServerSelectionCases;

/// <summary>The suite server-selection/server_selection.</summary>
public class ServerSelectionTests
{
    private const string Suite = "server-selection/server_selection";

    public static IEnumerable<ITheoryDataRow> All => SelectionCase.Rows(Suite);

    [Theory]
    [MemberData(nameof(All))]
    public void Server_selection(string suite, string name) => SelectionCase.Read(suite, name).Run();
}
