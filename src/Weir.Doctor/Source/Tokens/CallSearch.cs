using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Tokens;

/// <summary>Finds the places where functions are called.</summary>
internal static class CallSearch
{
    // What declares a function, or makes an object, is no call.
    private static readonly HashSet<string> NoCall = ["function", "def", "new", "class"];

    public static IEnumerable<(string Name, Place Place)> Of(TokenFile file)
    {
        for (var i = 0; i + 1 < file.Tokens.Count; i++)
        {
            if (file.Tokens[i].IsWord && IsCall(file, i))
            {
                yield return (file.Tokens[i].Value, new TokenPlace(file, i));
            }
        }
    }

    private static bool IsCall(TokenFile file, int i)
    {
        if (i > 0 && NoCall.Contains(file.Tokens[i - 1].Value))
        {
            return false;
        }

        if (file.Has(i + 1, "("))
        {
            // A method's declaration looks like a call, but a block follows its brackets.
            return !IsDeclaration(file, i);
        }

        // Depends(get_db): FastAPI calls it for every request.
        return file.Has(i - 1, "(") && file.Has(i - 2, "Depends");
    }

    private static bool IsDeclaration(TokenFile file, int i)
    {
        if (file.Language == SourceLanguage.Python)
        {
            return false;
        }

        return file.Blocks.Any(block =>
            block.Kind == BlockKind.Function
            && block.Name == file.Tokens[i].Value
            && block.Start > i
            && file.StatementStart(block.Start - 1) <= i
            && block.Start - i < 120
        );
    }
}
