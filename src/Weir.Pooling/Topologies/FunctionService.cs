namespace Weir.Pooling.Topologies;

/// <summary>
/// Whether this process runs as a function (a lambda), where it is frozen between calls and a streaming monitor
/// would only find its connection gone.
/// </summary>
internal static class FunctionService
{
    private static readonly string[] Signs =
    [
        "AWS_LAMBDA_RUNTIME_API",
        "FUNCTIONS_WORKER_RUNTIME",
        "K_SERVICE",
        "FUNCTION_NAME",
        "VERCEL",
    ];

    public static bool IsPresent(Func<string, string?> environment) =>
        environment("AWS_EXECUTION_ENV")?.StartsWith("AWS_Lambda_", StringComparison.Ordinal) == true
        || Signs.Any(sign => !string.IsNullOrEmpty(environment(sign)));
}
