using Weir.Protocol.Bson;
using Weir.Protocol.Json;

namespace Weir.Conformance.UnifiedCases;

/// <summary>The suites in the unified format, and their cases.</summary>
internal static class UnifiedSuites
{
    public const string Discovery = "server-discovery-and-monitoring/unified";
    public const string LoadBalancers = "load-balancers";
    public const string Handshake = "mongodb-handshake/unified";
    public const string RunCommand = "run-command/unified";
    public const string Backpressure = "client-backpressure";
    public const string Auth = "auth/unified";
    public const string Concerns = "read-write-concern/operation";
    public const string PoolLogging = "connection-monitoring-and-pooling/logging";
    public const string SelectionLogging = "server-selection/logging";

    public static readonly string[] All =
    [
        Discovery,
        LoadBalancers,
        Handshake,
        RunCommand,
        Backpressure,
        Auth,
        Concerns,
        PoolLogging,
        SelectionLogging,
    ];

    private static readonly Lazy<IReadOnlyList<UnifiedCase>> s_cases = new(() => [.. All.SelectMany(Read)]);

    /// <summary>Every case of every suite, those that cannot run too.</summary>
    public static IReadOnlyList<UnifiedCase> Cases => s_cases.Value;

    public static IEnumerable<UnifiedCase> Runnable(string suite) =>
        Cases.Where(c => c.Suite == suite && NotRunnable.ReasonFor(c) is null);

    private static IEnumerable<UnifiedCase> Read(string suite)
    {
        foreach (var file in SpecFiles.Find(suite))
        {
            var document = ExtendedJson.Parse(File.ReadAllText(file.Path));
            Known.Fields(
                document,
                file.Name,
                "description",
                "schemaVersion",
                "runOnRequirements",
                "createEntities",
                "initialData",
                "tests",
                "_yamlAnchors"
            );
            foreach (var test in document["tests"].AsArray)
            {
                yield return new UnifiedCase(suite, file.Name, document, test.AsDocument);
            }
        }
    }
}
