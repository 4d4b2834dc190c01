using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>
/// Which functions run once per process: those that only the top level calls, those that a container or a framework
/// calls once, constructors, and what only such functions call. Not thread-safe.
/// </summary>
internal sealed class RunsOnce(CodeBase code)
{
    private readonly Dictionary<(SourceLanguage, string Owner, string Name), bool> _known = [];

    public bool Is(SourceFile file, FunctionScope? function) =>
        function switch
        {
            null or { CalledBy: Caller.OncePerProcess } => true,
            { CalledBy: Caller.ItsPlace } => Is(file, function.Outer),
            { CalledBy: Caller.Anyone, Name.Length: > 0 } => IsOnlyCalledOnce(file.Language, function),
            _ => false,
        };

    private bool IsOnlyCalledOnce(SourceLanguage language, FunctionScope function)
    {
        var key = (language, function.Owner, function.Name);
        if (_known.TryGetValue(key, out var known))
        {
            return known;
        }

        // A function that calls itself is not made once by that.
        _known[key] = false;
        var sites = code.CallsOf(function, language, isSure: false);
        return _known[key] =
            sites.Count > 0
            && sites.GroupBy(site => site.File).All(group => group.Count() == 1)
            && sites.All(site => !site.IsInLoop && Is(site.File, site.Function));
    }
}
