using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;
using Weir.Doctor.Source.Tokens;

namespace Weir.Doctor.Source.Rules;

/// <summary>A long-running program that makes clients and never listens for the signal that ends it.</summary>
internal sealed class NoSignalHandler : ISourceRule
{
    // One of these anywhere: signals are handled, or a framework does it.
    private static readonly HashSet<string> Handled =
    [
        "addSignalListener",
        "enableShutdownHooks",
        "onModuleDestroy",
        "onApplicationShutdown",
        "gracefulShutdown",
        "terminus",
        "createTerminus",
        "onClose",
        "NextResponse",
        "NextRequest",
        "NextApiRequest",
        "signal",
        "atexit",
        "FastAPI",
        "Flask",
        "Django",
        "django",
        "Celery",
        "Starlette",
        "add_signal_handler",
        "lifespan",
    ];

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        foreach (var language in (SourceLanguage[])[SourceLanguage.Script, SourceLanguage.Python])
        {
            var files = code.Files.OfType<TokenFile>().Where(file => file.Language == language).ToList();
            var first = creations.FirstOrDefault(creation => creation.Site.File.Language == language);
            if (first is null || !files.Exists(IsLongRunning) || files.Exists(IsHandled))
            {
                continue;
            }

            var site = first.Site;
            yield return new SourceFinding(
                "no-signal-handler",
                Severity.Warning,
                site.File.Path,
                site.Line,
                site.Code,
                "Nothing closes this client when the process is asked to end",
                "Without a handler for SIGTERM the process dies in mid-operation: transactions and cursors stay open at the server until they time out, and behind a proxy or NAT its connections do too.",
                files.Exists(file => file.Tokens.Exists(token => token.Is("Deno")))
                    ? "for (const signal of [\"SIGTERM\", \"SIGINT\"] as const) Deno.addSignalListener(signal, async () => { await client.close(); Deno.exit(0); });"
                    : Fixes.For(language).Shutdown
            );
        }
    }

    private static bool IsHandled(TokenFile file) =>
        file.Tokens.Exists(token =>
            (token.IsWord && Handled.Contains(token.Value))
            || (
                token.Kind == TokenKind.Text && token.Value is "SIGTERM" or "SIGINT" or "beforeExit" or "next"
            )
        );

    private static bool IsLongRunning(TokenFile file)
    {
        for (var i = 0; i < file.Tokens.Count; i++)
        {
            if (
                file.Has(i, ".", "listen", "(")
                || file.Has(i, "Deno", ".", "serve", "(")
                || file.Has(i, "Bun", ".", "serve", "(")
                || file.Has(i, "setInterval", "(")
                || file.Has(i, "while", "(", "true", ")")
                || file.Has(i, "while", "True", ":")
            )
            {
                return true;
            }
        }

        return false;
    }
}
