using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.Rules;

/// <summary>
/// Which functions run once per process: those that only the top level calls, those that a container or a framework
/// calls once, constructors, and what only such functions call. Not thread-safe.
/// </summary>
internal sealed class RunsOnce(CodeBase code)
{
    // Handed to one of these, a function runs once; decorated with one of these, too.
    private static readonly HashSet<string> Once =
    [
        "AddSingleton",
        "TryAddSingleton",
        "AddKeyedSingleton",
        "TryAddKeyedSingleton",
        "useFactory",
        "registerSingleton",
        "singleton",
        "memoize",
        "once",
        "lazy",
        "Lazy",
        "then",
        "listen",
        "lru_cache",
        "cache",
        "cached_property",
        "asynccontextmanager",
        "on_event",
        "fixture",
        "before_first_request",
        "onReady",
        "fp",
    ];

    private static readonly HashSet<string> Names =
    [
        "main",
        "Main",
        "constructor",
        "__init__",
        "bootstrap",
        "lifespan",
        "onModuleInit",
        "ngOnInit",
        "StartAsync",
    ];

    private readonly Dictionary<(CodeFile, string), bool> _known = [];

    public bool Is(CodeFile file, FunctionScope? function)
    {
        if (function is null)
        {
            return true;
        }

        if (Names.Contains(function.Name) || function.Head.Any(Once.Contains) || IsConstructor(function))
        {
            return true;
        }

        return function.Name.Length == 0
            ? IsCalledAtOnce(file, function)
            : IsOnlyCalledOnce(file, function.Name);
    }

    private static bool IsConstructor(FunctionScope function) =>
        function.Block?.Parent is { Kind: BlockKind.Class } type && type.Name == function.Name;

    // (async () => { … })();
    private bool IsCalledAtOnce(CodeFile file, FunctionScope function) =>
        function.Block is { } block
        && file.Has(block.End, "}", ")", "(")
        && Is(file, FunctionScope.Around(file, file.StatementStart(block.Start - 1) - 1));

    private bool IsOnlyCalledOnce(CodeFile file, string name)
    {
        if (_known.TryGetValue((file, name), out var known))
        {
            return known;
        }

        // A function that calls itself is not made once by that.
        _known[(file, name)] = false;
        var sites = code.CallsOf(name, file.Language).ToList();
        return _known[(file, name)] =
            sites.Count > 0
            && sites.GroupBy(site => site.File).All(group => group.Count() == 1)
            && sites.TrueForAll(site =>
                !IsInjected(site)
                && !FunctionScope.IsInLoop(site.File, site.Index)
                && Is(site.File, FunctionScope.Around(site.File, site.Index))
            );
    }

    private static bool IsInjected(CallSite site) => site.File.Has(site.Index - 2, "Depends", "(");
}
