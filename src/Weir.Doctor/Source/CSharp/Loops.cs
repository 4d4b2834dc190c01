using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Tells whether a place runs several times in one run of its function.</summary>
internal static class Loops
{
    public static bool IsInLoop(SyntaxNode node)
    {
        var function = Functions.Around(node);
        for (var at = node; at.Parent is { } parent && at != function; at = parent)
        {
            if (IsBody(parent, at) && !EndsAtOnce(node, parent))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The innermost loop whose body a place stands in, inside its function.</summary>
    public static SyntaxNode? Around(SyntaxNode node)
    {
        var function = Functions.Around(node);
        for (var at = node; at.Parent is { } parent && at != function; at = parent)
        {
            if (IsBody(parent, at))
            {
                return parent;
            }
        }

        return null;
    }

    private static bool IsBody(SyntaxNode parent, SyntaxNode child) =>
        parent switch
        {
            ForStatementSyntax loop => child == loop.Statement,
            CommonForEachStatementSyntax loop => child == loop.Statement,
            WhileStatementSyntax loop => child == loop.Statement,
            DoStatementSyntax loop => child == loop.Statement,
            _ => false,
        };

    // while (true) { try { client = new …; break; } catch { … } }: tried until it succeeds.
    private static bool EndsAtOnce(SyntaxNode node, SyntaxNode loop) =>
        node.Ancestors()
            .TakeWhile(ancestor => ancestor != loop)
            .OfType<StatementSyntax>()
            .Any(statement =>
                statement is ReturnStatementSyntax
                || (
                    statement.Parent is BlockSyntax block
                    && block
                        .Statements.SkipWhile(other => other != statement)
                        .Any(other => other is BreakStatementSyntax or ReturnStatementSyntax)
                )
            );
}
