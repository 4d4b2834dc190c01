using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>
/// Finds clients that are closed while others may work on them: in a finally, by a using of a client that was not made
/// there, and by a using that is left before its work is done.
/// </summary>
internal static class ClientClosings
{
    private static readonly HashSet<string> Closes = ["Close", "CloseAsync", "Dispose", "DisposeAsync"];
    private static readonly string[] Words = ["client", "mongo", "conn"];

    public static IEnumerable<Place> Of(CSharpFile file) =>
        !file.Mentions("mongo")
            ? []
            : file.All<InvocationExpressionSyntax>()
                .Where(call => IsClosing(file, call))
                .Concat<SyntaxNode>(file.All<UsingStatementSyntax>().Where(block => IsClosing(file, block)))
                .Concat(file.All<LocalDeclarationStatementSyntax>().Where(line => IsClosing(file, line)))
                .Select(node => new CSharpPlace(file, node));

    private static bool IsClosing(CSharpFile file, InvocationExpressionSyntax call) =>
        Closes.Contains(call.LastName())
        && IsNamedClient(file, Owner(call))
        && call.Ancestors()
            .TakeWhile(node => node != Functions.Around(call))
            .Any(node => node is FinallyClauseSyntax);

    // client.Dispose()   connection?.Client.Dispose()
    private static ExpressionSyntax? Owner(InvocationExpressionSyntax call) =>
        call.Expression switch
        {
            MemberAccessExpressionSyntax member => member.Expression,
            MemberBindingExpressionSyntax => call.Ancestors()
                .OfType<ConditionalAccessExpressionSyntax>()
                .FirstOrDefault()
                ?.Expression,
            _ => null,
        };

    // By its name, where its type is not known to be something else: an HttpClient, say.
    private static bool IsNamedClient(CSharpFile file, ExpressionSyntax? owner)
    {
        var name = owner.LastName();
        var type = file.Types.Of(owner);
        return Array.Exists(Words, word => name.Contains(word, StringComparison.OrdinalIgnoreCase))
            && (type.Length == 0 || type.Contains("Mongo", StringComparison.Ordinal));
    }

    private static bool IsClosing(CSharpFile file, UsingStatementSyntax block) =>
        (block.Expression ?? block.Declaration?.Variables[0].Initializer?.Value) is { } value
        && IsClosing(file, value, block.Declaration?.Type, block.Statement);

    private static bool IsClosing(CSharpFile file, LocalDeclarationStatementSyntax line) =>
        line.UsingKeyword.ValueText == "using"
        && line.Declaration.Variables[0].Initializer?.Value is { } value
        && line.Parent is { } block
        && IsClosing(file, value, line.Declaration.Type, block);

    private static bool IsClosing(
        CSharpFile file,
        ExpressionSyntax value,
        TypeSyntax? type,
        SyntaxNode scope
    ) =>
        value is BaseObjectCreationExpressionSyntax creation
            ? (SyntaxNames.IsClient(creation.TypeName()) || SyntaxNames.IsClient(type.LastName()))
                && LeavesWork(scope)
            // using (_client)
            : value is IdentifierNameSyntax or MemberAccessExpressionSyntax
                && SyntaxNames.IsClient(file.Types.Of(value));

    // return orders.InsertOneAsync(order);   _ = orders.InsertOneAsync(order);   in a using: nobody waits for it.
    private static bool LeavesWork(SyntaxNode scope) =>
        scope
            .DescendantNodes()
            .OfType<InvocationExpressionSyntax>()
            .Where(call => call.LastName().EndsWith("Async", StringComparison.Ordinal))
            .Any(call =>
                call.Parent switch
                {
                    ExpressionStatementSyntax => true,
                    AssignmentExpressionSyntax { Left: IdentifierNameSyntax { Identifier.ValueText: "_" } } =>
                        true,
                    ReturnStatementSyntax => Functions.Around(call) is { } function && !IsAsync(function),
                    _ => false,
                }
            );

    private static bool IsAsync(SyntaxNode function) =>
        function.ChildTokens().Any(token => token.ValueText == "async");
}
