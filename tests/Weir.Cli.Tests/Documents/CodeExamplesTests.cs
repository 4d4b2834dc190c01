using System.Reflection;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Cli.Tests.Documents;

/// <summary>Every piece of C# that the documents show is C#, and what it calls on Weir's types is there.</summary>
public class CodeExamplesTests
{
    // What an example supposes to be there: a queue of the reader's own, and the tests' contract for sources.
    private static readonly string[] Supposed = ["NextAsync", "HoldsAsync"];

    private static readonly Lazy<HashSet<string>> Known = new(() =>
        [
            .. Supposed,
            .. Names(typeof(object).Assembly),
            .. Directory
                .EnumerateFiles(AppContext.BaseDirectory, "*.dll")
                .Concat(
                    Directory.EnumerateFiles(
                        Path.GetDirectoryName(typeof(object).Assembly.Location)!,
                        "System*.dll"
                    )
                )
                .Concat(
                    Directory.EnumerateFiles(
                        Path.GetDirectoryName(
                            typeof(Microsoft.AspNetCore.Builder.WebApplication).Assembly.Location
                        )!,
                        "Microsoft.*.dll"
                    )
                )
                .SelectMany(Names),
        ]
    );

    [Fact]
    public void Every_example_parses()
    {
        var blocks = Document.Blocks.Where(block => block.Language == "csharp").ToList();

        Assert.True(blocks.Count >= 8, $"only {blocks.Count} were found");
        Assert.Empty(
            from block in blocks
            from error in Tree(block).GetDiagnostics()
            where error.Severity == DiagnosticSeverity.Error
            select $"{block.Place}: {error}"
        );
    }

    [Fact]
    public void What_an_example_makes_and_calls_is_there()
    {
        Assert.Empty(
            from block in Document.Blocks
            where block.Language == "csharp"
            let root = Tree(block).GetRoot()
            let own = Declared(root).ToHashSet()
            from name in Used(root).Distinct()
            where !own.Contains(name) && !Known.Value.Contains(name)
            select $"{block.Place}: there is no {name}"
        );
    }

    // Statements, or members of a class.
    private static SyntaxTree Tree(FencedBlock block)
    {
        var statements = Parse(block.Text);
        return IsGood(statements) ? statements : Parse($"class Example {{ {block.Text} }}");
    }

    private static SyntaxTree Parse(string text) =>
        CSharpSyntaxTree.ParseText(
            text.Replace("{ … }", "{ }", StringComparison.Ordinal),
            new CSharpParseOptions(LanguageVersion.Preview)
        );

    private static bool IsGood(SyntaxTree tree) =>
        tree.GetDiagnostics().All(error => error.Severity != DiagnosticSeverity.Error);

    private static IEnumerable<string> Names(string assembly)
    {
        try
        {
            return Names(Assembly.LoadFrom(assembly));
        }
        catch (Exception error)
            when (error is BadImageFormatException or FileNotFoundException or FileLoadException)
        {
            // No assembly, or one that needs what is not here.
            return [];
        }
    }

    private static IEnumerable<string> Names(Assembly assembly) =>
        assembly
            .GetExportedTypes()
            .SelectMany(type =>
                type.GetMembers().Select(member => member.Name).Append(type.Name.Split('`')[0])
            );

    private static IEnumerable<string> Declared(SyntaxNode root) =>
        root.DescendantNodes()
            .Select(node =>
                node switch
                {
                    BaseTypeDeclarationSyntax type => type.Identifier.ValueText,
                    MethodDeclarationSyntax method => method.Identifier.ValueText,
                    PropertyDeclarationSyntax property => property.Identifier.ValueText,
                    _ => "",
                }
            );

    // new X(…)   x.Y(…)   x.Y   { Y = … }
    private static IEnumerable<string> Used(SyntaxNode root) =>
        root.DescendantNodes()
            .Select(node =>
                node switch
                {
                    ObjectCreationExpressionSyntax { Type: SimpleNameSyntax type } =>
                        type.Identifier.ValueText,
                    MemberAccessExpressionSyntax member => member.Name.Identifier.ValueText,
                    AssignmentExpressionSyntax
                    {
                        Parent: InitializerExpressionSyntax,
                        Left: IdentifierNameSyntax name
                    } => name.Identifier.ValueText,
                    _ => "",
                }
            )
            .Where(name => name.Length > 0);
}
