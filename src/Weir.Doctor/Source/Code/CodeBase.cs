namespace Weir.Doctor.Source.Code;

/// <summary>The source files of a code base, and who calls which function in them (by name).</summary>
internal sealed class CodeBase
{
    // What declares a function, or makes an object, is no call.
    private static readonly HashSet<string> NoCall = ["function", "def", "new", "class"];

    private readonly Dictionary<string, List<CallSite>> _calls = [];

    public CodeBase(IReadOnlyList<CodeFile> files)
    {
        Files = files;
        foreach (var file in files)
        {
            for (var i = 0; i + 1 < file.Tokens.Count; i++)
            {
                if (file.Tokens[i].IsWord && IsCall(file, i))
                {
                    var name = file.Tokens[i].Value;
                    if (!_calls.TryGetValue(name, out var sites))
                    {
                        sites = _calls[name] = [];
                    }

                    sites.Add(new CallSite(file, i));
                }
            }
        }
    }

    public IReadOnlyList<CodeFile> Files { get; }

    /// <summary>The calls of functions of this name in files of the same language.</summary>
    public IEnumerable<CallSite> CallsOf(string name, SourceLanguage language) =>
        (_calls.GetValueOrDefault(name) ?? []).Where(site => site.File.Language == language);

    private static bool IsCall(CodeFile file, int i)
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

    private static bool IsDeclaration(CodeFile file, int i)
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
