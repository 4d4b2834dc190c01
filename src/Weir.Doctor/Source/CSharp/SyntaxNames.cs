using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>The last name of what may be written with namespaces, generic arguments or a question mark.</summary>
internal static class SyntaxNames
{
    public static string LastName(this SyntaxNode? node) =>
        node switch
        {
            SimpleNameSyntax simple => simple.Identifier.ValueText,
            QualifiedNameSyntax qualified => qualified.Right.LastName(),
            AliasQualifiedNameSyntax alias => alias.Name.LastName(),
            NullableTypeSyntax nullable => nullable.ElementType.LastName(),
            MemberAccessExpressionSyntax member => member.Name.LastName(),
            MemberBindingExpressionSyntax member => member.Name.LastName(),
            ConditionalAccessExpressionSyntax conditional => conditional.WhenNotNull.LastName(),
            InvocationExpressionSyntax invocation => invocation.Expression.LastName(),
            BaseObjectCreationExpressionSyntax creation => creation.TypeName(),
            _ => "",
        };

    /// <summary>The type that an expression says it makes; empty for <c>new(…)</c>.</summary>
    public static string TypeName(this BaseObjectCreationExpressionSyntax creation) =>
        (creation as ObjectCreationExpressionSyntax)?.Type.LastName() ?? "";

    public static bool IsClient(string type) => type is "MongoClient" or "IMongoClient";
}
