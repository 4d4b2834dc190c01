using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>
/// A C# file as Roslyn's syntax tree; what can't be parsed is skipped. Nothing is compiled: names, and the types that
/// stand in the same file, tell what is what.
/// </summary>
internal sealed class CSharpFile : SourceFile
{
    // A class of one of these is made for every request.
    private static readonly HashSet<string> PerRequest =
    [
        "Controller",
        "ControllerBase",
        "PageModel",
        "Hub",
        "ComponentBase",
        "ViewComponent",
    ];

    private static readonly HashSet<string> TestAttributes =
    [
        "Fact",
        "Theory",
        "Test",
        "TestCase",
        "TestMethod",
        "TestFixture",
        "TestClass",
    ];

    private readonly CompilationUnitSyntax _root;

    public CSharpFile(string path, string text)
        : base(path, text, SourceLanguage.CSharp)
    {
        _root = CSharpSyntaxTree
            .ParseText(text, new CSharpParseOptions(LanguageVersion.Preview))
            .GetCompilationUnitRoot();
        Types = new DeclaredTypes(_root);
        Creations = [.. ClientCreations.Of(this)];
        ScopedTypes = [.. Registrations.ScopedTypes(_root), .. RequestTypes()];
    }

    public override IReadOnlyList<Creation> Creations { get; }

    public override IEnumerable<Place> Closings => ClientClosings.Of(this);

    public override IEnumerable<(string Name, Place Place)> Calls => FunctionCalls.Of(this);

    /// <summary>The classes of which an object is made for each scope or use, as this file says.</summary>
    public IReadOnlyList<string> ScopedTypes { get; }

    /// <summary>Whether it holds tests: they make clients of their own, and should.</summary>
    public bool IsTest =>
        _root
            .DescendantNodes()
            .OfType<AttributeSyntax>()
            .Any(a => TestAttributes.Contains(a.Name.LastName()));

    internal DeclaredTypes Types { get; }

    internal IEnumerable<T> All<T>()
        where T : SyntaxNode => _root.DescendantNodes().OfType<T>();

    internal bool Mentions(string word) =>
        _root.GetText().ToString().Contains(word, StringComparison.OrdinalIgnoreCase);

    private IEnumerable<string> RequestTypes() =>
        from type in All<ClassDeclarationSyntax>()
        where type.BaseList is { } bases && bases.Types.Any(b => PerRequest.Contains(b.Type.LastName()))
        select type.Identifier.ValueText;
}
