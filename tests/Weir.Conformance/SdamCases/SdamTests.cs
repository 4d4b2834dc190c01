namespace Weir.Conformance.SdamCases;

/// <summary>
/// The suites of server-discovery-and-monitoring that are told in phases: topologies, errors, events.
/// </summary>
public class SdamTests
{
    private const string Suite = "server-discovery-and-monitoring/";

    public static IEnumerable<ITheoryDataRow> Topologies =>
        SdamCase.Rows(Suite + "rs", Suite + "sharded", Suite + "single", Suite + "load-balanced");

    public static IEnumerable<ITheoryDataRow> Errors => SdamCase.Rows(Suite + "errors");

    public static IEnumerable<ITheoryDataRow> Events => SdamCase.Rows(Suite + "monitoring");

    [Theory]
    [MemberData(nameof(Topologies))]
    public Task Topologies_follow_what_servers_say(string suite, string name) =>
        SdamCase.RunAsync(suite, name);

    [Theory]
    [MemberData(nameof(Errors))]
    public Task Errors_mark_servers_and_clear_pools(string suite, string name) =>
        SdamCase.RunAsync(suite, name);

    [Theory]
    [MemberData(nameof(Events))]
    public Task Every_step_is_told(string suite, string name) => SdamCase.RunAsync(suite, name);
}
