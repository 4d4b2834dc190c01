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

    /// <summary>Entries name requirements that no shape of the sandbox meets, with * for anything.</summary>
    public static readonly (string Requirement, string Reason)[] Requirements =
    [
        ("*\"maxServerVersion\":\"4.2.99\"*", "the sandbox answers as MongoDB 8.0"),
    ];

    public static string? ReasonFor(UnifiedCase item)
    {
        foreach (var (pattern, reason) in Cases)
        {
            if (Matches(pattern, item.Name))
            {
                return reason;
            }
        }
        return item.Shape is null ? RequirementOf(item)?.Reason : null;
    }

    public static (string Requirement, string Reason)? RequirementOf(UnifiedCase item)
    {
        foreach (var entry in Requirements)
        {
            if (
                item.Shape is null
                && item.Requirements.Any(any => any.All(r => Matches(entry.Requirement, Text(r))))
            )
            {
                return entry;
            }
        }
        return null;
    }

    public static bool Matches(string pattern, string text) =>
        FileSystemName.MatchesSimpleExpression(pattern, text, ignoreCase: false);

    private static string Text(Protocol.Bson.BsonDocument requirement) =>
        Protocol.Json.ExtendedJson.Write(requirement).Replace(" ", "", StringComparison.Ordinal);
}
