using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Tells whether a client's pool has a limit, as far as its file shows.</summary>
internal static class PoolLimits
{
    private static readonly string[] Names = ["maxPoolSize", "MaxConnectionPoolSize"];
    private static readonly string[] Options = ["option", "settings", "config"];

    /// <summary>Whether it has, or has options that come from elsewhere and get the benefit of the doubt.</summary>
    public static bool Has(CSharpFile file, BaseObjectCreationExpressionSyntax creation) =>
        creation.ArgumentList is { } arguments
        && (
            Contains(arguments)
            || arguments
                .DescendantNodes()
                .OfType<IdentifierNameSyntax>()
                .Any(name => IsLimitedOrUnknown(file, name.Identifier.ValueText))
        );

    private static bool IsLimitedOrUnknown(CSharpFile file, string name)
    {
        var values = ValuesOf(file, name).ToList();
        return values.Any(Contains)
            || (
                Array.Exists(Options, word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
                && !values.Exists(value => value is BaseObjectCreationExpressionSyntax)
            );
    }

    // name = …;   name.MaxConnectionPoolSize = …;   the whole assignment, because the limit may stand on its left.
    private static IEnumerable<SyntaxNode> ValuesOf(CSharpFile file, string name)
    {
        foreach (var variable in file.All<VariableDeclaratorSyntax>())
        {
            if (variable.Identifier.ValueText == name && variable.Initializer is { } initializer)
            {
                yield return initializer.Value;
            }
        }

        foreach (var assignment in file.All<AssignmentExpressionSyntax>())
        {
            switch (assignment.Left)
            {
                case IdentifierNameSyntax left when left.LastName() == name:
                    yield return assignment.Right;
                    break;
                case MemberAccessExpressionSyntax left when left.Expression.LastName() == name:
                    yield return assignment;
                    break;
            }
        }
    }

    private static bool Contains(SyntaxNode node)
    {
        var text = node.ToString();
        return Array.Exists(Names, name => text.Contains(name, StringComparison.OrdinalIgnoreCase));
    }
}
