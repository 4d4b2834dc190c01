using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>Finds the places where a MongoDB client is made.</summary>
internal static class ClientSearch
{
    private static readonly HashSet<string> PythonNames =
    [
        "MongoClient",
        "AsyncMongoClient",
        "AsyncIOMotorClient",
        "MotorClient",
    ];

    public static List<Creation> Of(TokenFile file)
    {
        var found = new List<Creation>();
        for (var i = 0; i + 1 < file.Tokens.Count; i++)
        {
            if (At(file, i) is { } open)
            {
                found.Add(new Creation(new TokenPlace(file, i), PoolLimits.Has(file, open)));
            }
        }

        return found;
    }

    /// <summary>The index of the bracket that opens the arguments of a creation that begins here.</summary>
    private static int? At(TokenFile file, int i)
    {
        switch (file.Language)
        {
            case SourceLanguage.Python:
                return
                    PythonNames.Contains(file.Tokens[i].Value)
                    && file.Tokens[i].IsWord
                    && file.Has(i + 1, "(")
                    && !file.Has(i - 1, "class")
                    ? i + 1
                    : null;
            case SourceLanguage.Script when file.Has(i, "MongoClient", ".", "connect", "("):
                return i + 3;
            case SourceLanguage.Script when file.Has(i, "mongoose", ".", "createConnection", "("):
                return i + 3;
            default:
                // new MongoClient(   new mongodb.MongoClient(
                if (!file.Has(i, "new"))
                {
                    return null;
                }

                var name = file.Has(i + 2, ".") ? i + 3 : i + 1;
                return file.Has(name, "MongoClient", "(") ? name + 1 : null;
        }
    }
}
