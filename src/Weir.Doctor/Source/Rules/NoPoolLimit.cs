using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>A client without a limit of its pool.</summary>
internal sealed class NoPoolLimit : ISourceRule
{
    private static readonly string[] Names =
    [
        "maxPoolSize",
        "MaxConnectionPoolSize",
        "max_pool_size",
        "MaxPoolSize",
        "poolSize",
    ];

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations) =>
        from creation in creations
        where !HasLimit(creation)
        select Describe(creation.Site);

    /// <summary>Whether a client has a limit, or options that this cannot see.</summary>
    public static bool HasLimit(Creation creation)
    {
        var file = creation.Site.File;
        var close = file.Close(creation.Open);
        var arguments = file.Tokens.GetRange(creation.Open + 1, close - creation.Open - 1);
        return NamesLimit(arguments)
            || arguments.Where(token => token.IsWord).Any(token => IsUnknownOrLimited(file, token.Value));
    }

    private static bool NamesLimit(IEnumerable<Token> tokens) =>
        tokens.Any(token =>
            Array.Exists(Names, name => token.Value.Contains(name, StringComparison.OrdinalIgnoreCase))
        );

    // Options that stand elsewhere: in this file they are looked at, from another file they are given the benefit of
    // the doubt. A connection string is no options.
    private static bool IsUnknownOrLimited(CodeFile file, string name)
    {
        var isOptions =
            name.Contains("option", StringComparison.OrdinalIgnoreCase)
            || name.Contains("settings", StringComparison.OrdinalIgnoreCase)
            || name.Contains("config", StringComparison.OrdinalIgnoreCase);
        for (var i = 0; i + 1 < file.Tokens.Count; i++)
        {
            if (!file.Tokens[i].Is(name))
            {
                continue;
            }

            var equals = Assignment(file, i);
            if (equals > 0 && NamesLimit(file.Tokens.GetRange(i, StatementEnd(file, equals) - i)))
            {
                return true;
            }

            isOptions &= equals < 0 || !file.Has(equals + 1, "{");
        }

        return isOptions && !file.Tokens.Exists(token => token.Is(name + "Uri"));
    }

    // name = { … }   name: Type = { … }   settings.MaxConnectionPoolSize = …   -1: it is not assigned here.
    private static int Assignment(CodeFile file, int i)
    {
        if (file.Has(i + 1, "="))
        {
            return i + 1;
        }

        if (file.Has(i + 1, ".") && file.Has(i + 3, "="))
        {
            return i + 3;
        }

        var isTyped = file.Has(i + 1, ":");
        return isTyped
            ? file.Tokens.FindIndex(i, Math.Min(8, file.Tokens.Count - i), token => token.Is("="))
            : -1;
    }

    private static int StatementEnd(CodeFile file, int from)
    {
        for (var i = from; i < file.Tokens.Count; i++)
        {
            if (file.Has(i, "{") || file.Has(i, "("))
            {
                i = file.Close(i);
            }
            else if (file.Has(i, ";") || file.Tokens[i].Kind == TokenKind.LineEnd)
            {
                return i;
            }
        }

        return file.Tokens.Count;
    }

    private static SourceFinding Describe(CallSite site) =>
        new(
            "no-pool-limit",
            Severity.Notice,
            site.File.Path,
            site.Line,
            site.Code,
            "This client has no maxPoolSize (unless its connection string has one)",
            $"It may open {Fixes.For(site.File.Language).DefaultMaxPoolSize} connections to every server, and keeps them for ever without maxIdleTimeMS.",
            Fixes.Limit(site.File.Language)
        );
}
