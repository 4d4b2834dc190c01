namespace Weir.Doctor.Source.Code;

/// <summary>The source files of a code base, and who calls which function in them (by name).</summary>
internal sealed class CodeBase(IReadOnlyList<SourceFile> files)
{
    private readonly ILookup<(SourceLanguage, string), Place> _calls = files
        .SelectMany(file => file.Calls)
        .ToLookup(call => (call.Place.File.Language, call.Name), call => call.Place);

    public IReadOnlyList<SourceFile> Files { get; } = files;

    /// <summary>The calls of a function in files of the same language.</summary>
    /// <param name="function">The function.</param>
    /// <param name="language">Its language.</param>
    /// <param name="isSure">Only those that are no calls of another function of that name.</param>
    public IReadOnlyList<Place> CallsOf(FunctionScope function, SourceLanguage language, bool isSure) =>
        [.. _calls[(language, function.Name)].Where(call => call.IsCallOn(function.Owner) ?? !isSure)];
}
