using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>Tells whether a client's pool has a limit, as far as its file shows.</summary>
internal static class PoolLimits
{
    private static readonly string[] Names = ["maxPoolSize", "max_pool_size", "poolSize"];

    /// <summary>Whether a client, whose arguments a bracket opens, has a limit or options that this cannot see.</summary>
    public static bool Has(TokenFile file, int open)
    {
        var close = file.Close(open);
        var arguments = file.Tokens.GetRange(open + 1, close - open - 1);
        return NamesLimit(arguments)
            || arguments.Where(token => token.IsWord).Any(token => IsUnknownOrLimited(file, token.Value));
    }

    private static bool NamesLimit(IEnumerable<Token> tokens) =>
        tokens.Any(token =>
            Array.Exists(Names, name => token.Value.Contains(name, StringComparison.OrdinalIgnoreCase))
        );

    // Options that stand elsewhere: in this file they are looked at, from another file they are given the benefit of
    // the doubt. A connection string is no options.
    private static bool IsUnknownOrLimited(TokenFile file, string name)
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
    private static int Assignment(TokenFile file, int i)
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

    private static int StatementEnd(TokenFile file, int from)
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
}
