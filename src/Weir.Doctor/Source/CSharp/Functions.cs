using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Tells which function a place stands in, and who calls that.</summary>
internal static class Functions
{
    private static readonly HashSet<string> NamesOfOnce = ["Main", "StartAsync", "InitializeAsync"];

    private static readonly HashSet<string> AttributesOfOnce =
    [
        "OneTimeSetUp",
        "ClassInitialize",
        "AssemblyInitialize",
        "GlobalSetup",
        "ModuleInitializer",
    ];

    /// <summary>The innermost function around a place; null at the top level of a file or of a class.</summary>
    public static SyntaxNode? Around(SyntaxNode node)
    {
        for (var at = node; at.Parent is { } parent; at = parent)
        {
            switch (parent)
            {
                case BaseMethodDeclarationSyntax
                or AccessorDeclarationSyntax
                or LocalFunctionStatementSyntax
                or AnonymousFunctionExpressionSyntax:
                    return parent;
                // int P => …; not int P { get; } = …;
                case BasePropertyDeclarationSyntax when at is ArrowExpressionClauseSyntax:
                    return parent;
                case BaseTypeDeclarationSyntax:
                    return null;
            }
        }

        return null;
    }

    public static FunctionScope? Scope(SyntaxNode node)
    {
        if (node is IdentifierNameSyntax group && FunctionCalls.IsGroup(group))
        {
            // A function that is handed over: whoever gets it calls it.
            return new FunctionScope(
                "",
                Calling.Of(group),
                Around(node) is null ? null : Scope(node.Parent!)
            );
        }

        if (Registrations.IsScopedClient(node))
        {
            return new FunctionScope(node.LastName(), Caller.OncePerScope);
        }

        return Around(node) is { } function ? Describe(function) : null;
    }

    private static FunctionScope Describe(SyntaxNode function) =>
        function switch
        {
            ConstructorDeclarationSyntax constructor => new(
                constructor.Identifier.ValueText,
                Caller.OncePerProcess
            ),
            MethodDeclarationSyntax method => new(method.Identifier.ValueText, CallerOf(method))
            {
                Owner = IsExtension(method) ? "" : TypeOf(method),
            },
            LocalFunctionStatementSyntax local => new(local.Identifier.ValueText, Caller.Anyone),
            AccessorDeclarationSyntax { Parent.Parent: BasePropertyDeclarationSyntax property } => Describe(
                property
            ),
            PropertyDeclarationSyntax property => new(property.Identifier.ValueText, Caller.Reader),
            AnonymousFunctionExpressionSyntax lambda => DescribeLambda(lambda),
            _ => new("", Caller.Anyone),
        };

    private static Caller CallerOf(MethodDeclarationSyntax method)
    {
        var name = method.Identifier.ValueText;
        var isOnce =
            NamesOfOnce.Contains(name)
            || name.StartsWith("Configure", StringComparison.Ordinal)
            || (name == "ExecuteAsync" && IsOfService(method))
            || method
                .AttributeLists.SelectMany(list => list.Attributes)
                .Any(attribute => AttributesOfOnce.Contains(attribute.Name.LastName()));
        return isOnce ? Caller.OncePerProcess : Caller.Anyone;
    }

    private static bool IsOfService(MethodDeclarationSyntax method) =>
        method.Parent is TypeDeclarationSyntax { BaseList: { } bases }
        && bases.Types.Any(type => type.Type.LastName() == "BackgroundService");

    private static FunctionScope DescribeLambda(AnonymousFunctionExpressionSyntax lambda)
    {
        var caller = Calling.Of(lambda);
        var name = caller == Caller.OncePerScope ? Calling.Receiver(lambda) : NameOf(lambda);
        if (caller == Caller.Anyone && name.Length == 0)
        {
            caller = Caller.Unknown;
        }

        return new FunctionScope(name, caller, Around(lambda) is null ? null : Scope(lambda));
    }

    // An extension can be called on anything.
    private static bool IsExtension(MethodDeclarationSyntax method) =>
        method.ParameterList.Parameters.FirstOrDefault()?.Modifiers.Any(m => m.ValueText == "this") == true;

    private static string TypeOf(SyntaxNode member) =>
        member.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault()?.Identifier.ValueText ?? "";

    // Func<IMongoClient> create = () => …;   _create = () => …;
    private static string NameOf(AnonymousFunctionExpressionSyntax lambda) =>
        lambda.Parent switch
        {
            EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable } => variable
                .Identifier
                .ValueText,
            AssignmentExpressionSyntax assignment => assignment.Left.LastName(),
            _ => "",
        };
}
