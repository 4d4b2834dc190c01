using System.IO.Enumeration;

namespace Weir.Conformance.UnifiedCases;

/// <summary>
/// The cases that are not run, each with its reason: the only way to leave one out. A test holds the table to be
/// exact: every entry matches a case.
/// </summary>
internal static class NotRunnable
{
    /// <summary>Entries name cases by their names, with * for anything.</summary>
    public static readonly (string Case, string Reason)[] Cases =
    [
        (
            "load-balancers/lb-connection-establishment: operations against load balancers fail if URI contains loadBalanced=false",
            "the file itself skips it: servers do not refuse such clients"
        ),
        (
            "connection-monitoring-and-pooling/logging/connection-pool-options: waitQueueSize should be included in connection pool created message when specified",
            "waitQueueSize is a deprecated option that only some drivers have; Weir has none of that name"
        ),
        (
            "connection-monitoring-and-pooling/logging/connection-pool-options: waitQueueMultiple should be included in connection pool created message when specified",
            "waitQueueMultiple is a deprecated option that only some drivers have; Weir has none of that name"
        ),
        (
            "read-write-concern/operation/default-write-concern-3.4: MapReduce omits default write concern",
            "the sandbox has no JavaScript engine, and so no mapReduce"
        ),
    ];

    public static string? ReasonFor(UnifiedCase item) =>
        Cases.FirstOrDefault(e => Matches(e.Case, item.Name)).Reason;

    public static bool Matches(string pattern, string text) =>
        FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);
}
