using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>Finds clients that are closed in a finally, by their names.</summary>
internal static class ClosingSearch
{
    private static readonly HashSet<string> Closes = ["close", "disconnect"];
    private static readonly string[] Clients = ["client", "mongo", "conn"];

    public static IEnumerable<Place> Of(TokenFile file)
    {
        if (!file.Tokens.Exists(token => token.Value.Contains("mongo", StringComparison.OrdinalIgnoreCase)))
        {
            yield break;
        }

        for (var i = 2; i + 1 < file.Tokens.Count; i++)
        {
            if (IsClosing(file, i))
            {
                yield return new TokenPlace(file, i);
            }
        }
    }

    private static bool IsClosing(TokenFile file, int i)
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
}
