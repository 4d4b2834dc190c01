using Weir.Doctor.Reports;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>C#: a client that is registered per request or per use.</summary>
internal sealed class ScopedClients : ISourceRule
{
    private static readonly HashSet<string> Registrations =
    [
        "AddScoped",
        "AddTransient",
        "TryAddScoped",
        "TryAddTransient",
    ];

    public IEnumerable<SourceFinding> Find(CodeBase code, IReadOnlyList<Creation> creations)
    {
        foreach (var file in code.Files.Where(file => file.Language == SourceLanguage.CSharp))
        {
            for (var i = 0; i < file.Tokens.Count; i++)
            {
                if (!Registrations.Contains(file.Tokens[i].Value))
                {
                    continue;
                }

                if (IsOfClient(file, i))
                {
                    var site = new CallSite(file, i);
                    yield return new SourceFinding(
                        "client-per-call",
                        Severity.Critical,
                        file.Path,
                        site.Line,
                        site.Code,
                        $"{file.Tokens[i].Value} makes a client for each scope or use",
                        "Each client is a pool with monitors of its own; a request should borrow a connection, not make a pool.",
                        Fixes.For(SourceLanguage.CSharp).OneClient
                    );
                }
            }
        }
    }

    // AddScoped<IMongoClient…>(…)   AddScoped(_ => new MongoClient(…))
    private static bool IsOfClient(CodeFile file, int i)
    {
        if (file.Has(i + 1, "<"))
        {
            var end = file.Tokens.FindIndex(i, token => token.Is(">"));
            return file.Tokens.GetRange(i, Math.Max(0, end - i)).Exists(IsClient);
        }

        var close = file.Close(i + 1);
        var made = file.Tokens.FindIndex(i, close - i, token => token.Is("new"));
        return made > 0 && IsClient(file.Tokens[made + 1]);
    }

    private static bool IsClient(Token token) => token.Value is "MongoClient" or "IMongoClient";
}
