using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A client that is closed in the finally of a function that runs more than once.</summary>
internal sealed class ClosedUnderWork : ISourceRule
{
    private static readonly HashSet<string> Closes =
    [
        "close",
        "Close",
        "CloseAsync",
        "disconnect",
        "Dispose",
    ];
    private static readonly string[] Clients = ["client", "mongo", "conn"];
    private static readonly string[] Endings =
    [
        "close",
        "stop",
        "shutdown",
        "dispose",
        "disconnect",
        "cleanup",
        "destroy",
        "teardown",
        "drain",
        "exit",
        "end",
    ];

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        var once = new RunsOnce(code);
        foreach (var file in code.Files)
        {
            if (
                !file.Tokens.Exists(token =>
                    token.Value.Contains("mongo", StringComparison.OrdinalIgnoreCase)
                )
            )
            {
                continue;
            }

            for (var i = 2; i + 1 < file.Tokens.Count; i++)
            {
                if (IsClosing(file, i) && FindFunction(file, i) is { } function && !once.Is(file, function))
                {
                    yield return Describe(new CallSite(file, i), function);
                }
            }
        }
    }

    private static bool IsClosing(CodeFile file, int i)
    {
        if (!Closes.Contains(file.Tokens[i].Value) || !file.Has(i + 1, "("))
        {
            return false;
        }

        // client.close(   mongoConnection?.client.close(
        var isMember = file.Has(i - 1, ".") || file.Has(i - 1, "?.");
        var owner = file.Tokens[i - 2].Value;
        return isMember
            && Clients.Any(name => owner.Contains(name, StringComparison.OrdinalIgnoreCase))
            && file.BlockAt(i)
                .Chain.TakeWhile(block => block.Kind != BlockKind.Function)
                .Any(block => block.Kind == BlockKind.Finally);
    }

    // Null where closing is what the function is for: at the end of the process, or of a framework's lifespan.
    private static FunctionScope? FindFunction(CodeFile file, int i)
    {
        var function = FunctionScope.Around(file, i);
        return
            function is null
            || Array.Exists(
                Endings,
                word => function.Name.StartsWith(word, StringComparison.OrdinalIgnoreCase)
            )
            ? null
            : function;
    }

    private static SourceFinding Describe(CallSite site, FunctionScope function) =>
        new(
            "closed-under-work",
            Severity.Critical,
            site.File.Path,
            site.Line,
            site.Code,
            function.Name.Length > 0
                ? $"{function.Name} closes the client when it ends, whatever else still uses it"
                : "A client is closed when this function ends, whatever else still uses it",
            "An operation that is still running, or was not awaited, loses its client: \"Topology is closed\" or \"client was closed\". And the next call has to connect again.",
            "do not close it here: keep one client per deployment for the life of the process, and close it once, when the process is asked to end: "
                + Fixes.For(site.File.Language).Shutdown
        );
}
