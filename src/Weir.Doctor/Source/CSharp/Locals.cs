using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>A function's own variables.</summary>
internal static class Locals
{
    /// <summary>The places of a block that read a variable, behind a position.</summary>
    public static IEnumerable<ExpressionSyntax> UsesOf(SyntaxNode block, string name, int after) =>
        from use in block.DescendantNodes().OfType<IdentifierNameSyntax>()
        where use.Identifier.ValueText == name && use.SpanStart >= after
        where use.Parent is not AssignmentExpressionSyntax assignment || assignment.Left != use
        where use.Parent is not MemberAccessExpressionSyntax member || member.Name != use
        select use;

    /// <summary>
    /// Whether a name that is given a value is a variable of the function; at the top level of a program, of the loop.
    /// </summary>
    public static bool IsDeclaredIn(
        SyntaxNode? function,
        string name,
        AssignmentExpressionSyntax assignment
    ) =>
        (function ?? Loops.Around(assignment)) is { } block
        && block
            .DescendantNodes()
            .Any(node =>
                node switch
                {
                    VariableDeclaratorSyntax variable => variable.Identifier.ValueText == name,
                    SingleVariableDesignationSyntax variable => variable.Identifier.ValueText == name,
                    ParameterSyntax parameter => parameter.Identifier.ValueText == name,
                    _ => false,
                }
            );

    public static bool IsOutParameter(SyntaxNode? function, string name) =>
        function is not null
        && function
            .DescendantNodes()
            .OfType<ParameterSyntax>()
            .Any(parameter =>
                parameter.Identifier.ValueText == name
                && parameter.Modifiers.Any(modifier => modifier.ValueText is "out" or "ref")
            );

    /// <summary>Whether a variable from outside a loop is only set where it was empty.</summary>
    public static bool IsGuarded(AssignmentExpressionSyntax assignment, string name)
    {
        var isGuarded =
            assignment.OperatorToken.ValueText == "??="
            || assignment
                .Ancestors()
                .OfType<IfStatementSyntax>()
                .Any(guard =>
                    guard
                        .Condition.DescendantNodesAndSelf()
                        .OfType<IdentifierNameSyntax>()
                        .Any(word => word.Identifier.ValueText == name)
                );
        return isGuarded && Loops.Around(assignment) is { } loop && !IsDeclaredInside(loop, name);
    }

    private static bool IsDeclaredInside(SyntaxNode loop, string name) =>
        loop.DescendantNodes().OfType<VariableDeclaratorSyntax>().Any(v => v.Identifier.ValueText == name);
}
