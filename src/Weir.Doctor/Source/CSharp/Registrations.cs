using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>What is registered with a container for each scope or use.</summary>
internal static class Registrations
{
    /// <summary>Whether it is <c>AddScoped&lt;IMongoClient, MongoClient&gt;()</c> or the like, which needs no function.</summary>
    public static bool IsScopedClient(SyntaxNode node) =>
        node is InvocationExpressionSyntax { ArgumentList.Arguments.Count: 0 } call
        && Generic(call) is { } generic
        && Calling.IsPerScope(generic.Identifier.ValueText)
        && generic.TypeArgumentList.Arguments.Any(type => SyntaxNames.IsClient(type.LastName()));

    /// <summary>
    /// The classes that are registered, and made by the container: the last type argument. A function that makes them
    /// chooses a constructor itself.
    /// </summary>
    public static IEnumerable<string> ScopedTypes(SyntaxNode root) =>
        from call in root.DescendantNodes().OfType<InvocationExpressionSyntax>()
        let generic = Generic(call)
        where generic is not null && call.ArgumentList.Arguments.Count == 0
        where Calling.IsPerScope(generic.Identifier.ValueText)
        let made = generic.TypeArgumentList.Arguments[^1].LastName()
        where !SyntaxNames.IsClient(made)
        select made;

    private static GenericNameSyntax? Generic(InvocationExpressionSyntax call) =>
        (call.Expression as MemberAccessExpressionSyntax)?.Name as GenericNameSyntax;
}
