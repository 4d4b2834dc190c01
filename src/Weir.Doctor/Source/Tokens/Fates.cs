using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>Tells what becomes of a value that an expression makes: by the names it is given, not by types.</summary>
internal static class Fates
{
    private static readonly HashSet<string> Stores =
    [
        "set",
        "push",
        "add",
        "append",
        "decorate",
        "provide",
        "setdefault",
    ];
    private static readonly HashSet<string> Databases = ["db", "get_database", "get_default_database"];
    private static readonly HashSet<string> Declarators = ["const", "let", "var", "using"];

    public static Fate Of(TokenPlace site)
    {
        var (file, index) = (site.Tokens, site.Index);
        var start = file.StatementStart(index);
        var before = file.Tokens.GetRange(start, index - start);
        if (before.Exists(token => token.Is("return")) && !IsUsedAtOnce(file, index))
        {
            return Fate.Returned;
        }

        if (IsKept(before))
        {
            return Fate.Kept;
        }

        if (
            before.Exists(token => token.Is("=>"))
            && !before.Exists(token => token.Is("await") && before.IndexOf(token) == 0)
        )
        {
            return IsUsedAtOnce(file, index) ? Fate.Local : Fate.Returned;
        }

        return Names(file, before) is { Count: > 0 } names ? OfNames(file, index, names, before) : Fate.Local;
    }

    private static Fate OfNames(TokenFile file, int index, List<string> names, List<Token> before)
    {
        // At the top level only a loop makes several.
        var block =
            TokenFunction.Around(file, index)?.Block
            ?? file.BlockAt(index).Chain.FirstOrDefault(block => block.Kind == BlockKind.Loop);
        if (block is null)
        {
            return Fate.Kept;
        }

        var isDeclared =
            before.Exists(token => Declarators.Contains(token.Value)) || IsTyped(file, before, names[0]);
        if (!isDeclared && !IsDeclaredIn(file, block, names[0], index))
        {
            return Fate.Kept;
        }

        var fate = Fate.Local;
        for (var i = index; i < Math.Min(block.End, file.Tokens.Count); i++)
        {
            if (!names.Contains(file.Tokens[i].Value) || !file.Tokens[i].IsWord || file.Has(i - 1, "."))
            {
                continue;
            }

            if (IsStored(file, i))
            {
                return Fate.Kept;
            }

            if (IsReturned(file, i))
            {
                fate = Fate.Returned;
            }
        }

        return fate;
    }

    // this.client = …   cached.promise = …   clients[id] = …   client ??= …   pools.set(id, …)
    private static bool IsKept(List<Token> before)
    {
        for (var i = 0; i < before.Count; i++)
        {
            var token = before[i];
            if (token.Is("??=") || token.Is("||="))
            {
                return true;
            }

            var isMember = i > 1 && before[i - 1].IsWord && before[i - 2].Is(".");
            var isElement =
                i > 0 && before[i - 1].Is("]") && !before.Exists(one => Declarators.Contains(one.Value));
            if (token.Is("=") && (isMember || isElement))
            {
                return true;
            }

            if (token.Is("(") && i > 1 && Stores.Contains(before[i - 1].Value) && before[i - 2].Is("."))
            {
                return true;
            }
        }

        return false;
    }

    // The variables on the left: const client =   const { client, db } =   const [db, client] =   with … as client
    private static List<string> Names(TokenFile file, List<Token> before)
    {
        var equals = before.FindLastIndex(token => token.Is("="));
        if (equals < 0)
        {
            return file.Language == SourceLanguage.Python && before.Exists(token => token.Is("with"))
                ? ["with"]
                : [];
        }

        var colon = before.FindIndex(token => token.Is(":"));
        var end =
            colon > 0 && colon < equals && before.Exists(token => Declarators.Contains(token.Value))
                ? colon
                : equals;
        return
        [
            .. before
                .Take(end)
                .Where(token =>
                    token.IsWord && !Declarators.Contains(token.Value) && token.Value is not "await"
                )
                .Select(token => token.Value)
                .Reverse(),
        ];
    }

    // Python declares a name by giving it a value.
    private static bool IsTyped(TokenFile file, List<Token> before, string name) =>
        file.Language == SourceLanguage.Python && !IsGlobal(file, before, name);

    // Python: "global client" somewhere in the function.
    private static bool IsGlobal(TokenFile file, List<Token> before, string name)
    {
        if (file.Language != SourceLanguage.Python || before.Count == 0)
        {
            return false;
        }

        for (var i = 0; i + 1 < file.Tokens.Count; i++)
        {
            if (file.Tokens[i].Value is "global" or "nonlocal")
            {
                for (var j = i + 1; j < file.Tokens.Count && file.Tokens[j].Kind != TokenKind.LineEnd; j++)
                {
                    if (file.Tokens[j].Is(name))
                    {
                        return true;
                    }
                }
            }
        }

        return false;
    }

    private static bool IsDeclaredIn(TokenFile file, Block block, string name, int before)
    {
        for (var i = block.Start; i < before; i++)
        {
            if (Declarators.Contains(file.Tokens[i].Value) && file.Has(i + 1, name))
            {
                return true;
            }
        }

        return false;
    }

    // x.y = name   x[y] = name   pools.set(id, name)   outer = name
    private static bool IsStored(TokenFile file, int i)
    {
        var start = file.StatementStart(i);
        return start < i && IsKept(file.Tokens.GetRange(start, i - start)) && !file.Has(i + 1, ".");
    }

    private static bool IsReturned(TokenFile file, int i)
    {
        var start = file.StatementStart(i);
        var isReturn = false;
        for (var j = start; j < i && !isReturn; j++)
        {
            isReturn = file.Tokens[j].Value is "return" or "yield";
        }

        // return { client, db }: the object's bracket begins a statement of its own here.
        isReturn |= start > 1 && file.Has(start - 1, "{") && file.Has(start - 2, "return");
        return isReturn && !IsUsedAtOnce(file, i);
    }

    /// <summary>Whether more is done with a client than to take a database from it.</summary>
    private static bool IsUsedAtOnce(TokenFile file, int i)
    {
        var at = AfterExpression(file, i);
        if (file.Has(at, "["))
        {
            at = file.Close(at) + 1;
        }
        else if (file.Has(at, ".") && at + 1 < file.Tokens.Count)
        {
            var member = file.Tokens[at + 1].Value;
            at = AfterGeneric(file, at + 2);
            if (file.Has(at, "("))
            {
                if (!Databases.Contains(member) && member != "connect")
                {
                    return true;
                }

                at = file.Close(at) + 1;
            }
        }

        return file.Has(at, ".") || file.Has(at, "[");
    }

    // Over "new MongoClient(…)", "MongoClient.connect(…)", "open(…)" or a name.
    private static int AfterExpression(TokenFile file, int i)
    {
        var at = i + 1;
        if (file.Tokens[i].Value is "new" or "MongoClient" or "mongoose")
        {
            while (at < i + 5 && at < file.Tokens.Count && !file.Has(at, "("))
            {
                at++;
            }
        }

        return file.Has(at, "(") ? file.Close(at) + 1 : at;
    }

    private static int AfterGeneric(TokenFile file, int at)
    {
        if (!file.Has(at, "<"))
        {
            return at;
        }

        while (at < file.Tokens.Count && !file.Has(at, ">"))
        {
            at++;
        }

        return at + 1;
    }
}
