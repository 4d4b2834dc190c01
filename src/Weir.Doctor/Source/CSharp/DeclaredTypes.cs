using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>The types of a file's variables, fields, properties and parameters, by their names, where they are written.</summary>
internal sealed class DeclaredTypes
{
    // A name's types, each with the function or class that it is known in.
    private readonly Dictionary<string, List<(SyntaxNode Scope, string Type)>> _types = [];

    public DeclaredTypes(CompilationUnitSyntax root)
    {
        foreach (var node in root.DescendantNodes())
        {
            switch (node)
            {
                case VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration } variable:
                    Add(variable.Identifier, Of(declaration.Type, variable.Initializer?.Value));
                    break;
                case PropertyDeclarationSyntax property:
                    Add(property.Identifier, property.Type.LastName());
                    break;
                case ParameterSyntax { Type: { } type } parameter:
                    Add(parameter.Identifier, type.LastName());
                    break;
            }
        }
    }

    /// <summary>The type of what an expression names; empty where the file does not tell it.</summary>
    public string Of(ExpressionSyntax? expression)
    {
        var known = _types.GetValueOrDefault(expression.LastName()) ?? [];
        return expression
                ?.Ancestors()
                .SelectMany(ancestor => known.Where(one => one.Scope == ancestor).Select(one => one.Type))
                .FirstOrDefault()
            ?? "";
    }

    /// <summary>The type that <c>new(…)</c> makes: of what it is given to, or of what returns it.</summary>
    public string OfTarget(ImplicitObjectCreationExpressionSyntax creation) =>
        creation.Parent switch
        {
            EqualsValueClauseSyntax
            {
                Parent: VariableDeclaratorSyntax { Parent: VariableDeclarationSyntax declaration }
            } => declaration.Type.LastName(),
            EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax property } =>
                property.Type.LastName(),
            AssignmentExpressionSyntax assignment => Of(assignment.Left),
            ArrowExpressionClauseSyntax or ReturnStatementSyntax => Returned(creation),
            _ => "",
        };

    private static string Returned(SyntaxNode node) =>
        node.Ancestors()
            .FirstOrDefault(a => a is MemberDeclarationSyntax or LocalFunctionStatementSyntax) switch
        {
            MethodDeclarationSyntax method => method.ReturnType.LastName(),
            LocalFunctionStatementSyntax function => function.ReturnType.LastName(),
            BasePropertyDeclarationSyntax property => property.Type.LastName(),
            _ => "",
        };

    private static string Of(TypeSyntax type, ExpressionSyntax? value) =>
        !type.IsVar ? type.LastName()
        : value is BaseObjectCreationExpressionSyntax creation ? creation.TypeName()
        : "";

    private void Add(SyntaxToken name, string type)
    {
        if (!_types.TryGetValue(name.ValueText, out var types))
        {
            types = _types[name.ValueText] = [];
        }

        types.Add((Scope(name.Parent!), type));
    }

    private static SyntaxNode Scope(SyntaxNode declared) =>
        Functions.Around(declared)
        ?? (SyntaxNode?)declared.Ancestors().OfType<TypeDeclarationSyntax>().FirstOrDefault()
        ?? declared.SyntaxTree.GetRoot();
}
