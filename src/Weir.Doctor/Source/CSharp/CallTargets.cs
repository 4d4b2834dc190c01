using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Tells whose function a call is: by what stands before the dot, as far as the file tells its type.</summary>
internal static class CallTargets
{
    /// <returns>Null where the file does not tell.</returns>
    public static bool? IsOn(DeclaredTypes types, SyntaxNode call, string owner) =>
        owner.Length == 0
            ? true
            : call switch
            {
                IdentifierNameSyntax => IsInside(call, owner),
                InvocationExpressionSyntax { Expression: SimpleNameSyntax } => IsInside(call, owner),
                InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax member } =>
                    member.Expression is ThisExpressionSyntax or BaseExpressionSyntax
                        ? IsInside(call, owner)
                        : IsType(types, member.Expression, owner),
                _ => null,
            };

    // A call without a dot: of a member of the same class, or of one that it inherits from.
    private static bool IsInside(SyntaxNode call, string owner) =>
        call.Ancestors()
            .OfType<TypeDeclarationSyntax>()
            .Any(type =>
                type.Identifier.ValueText == owner
                || type.BaseList?.Types.Any(b => b.Type.LastName() == owner) == true
            );

    // Connections.Open(   connections.Open(   where connections is an IConnections, too
    private static bool? IsType(DeclaredTypes types, ExpressionSyntax receiver, string owner) =>
        receiver is BaseObjectCreationExpressionSyntax made ? made.TypeName() == owner
        : receiver is not (NameSyntax or MemberAccessExpressionSyntax) ? null
        : types.Of(receiver) is { Length: > 0 } type ? type == owner || type == $"I{owner}"
        : receiver.LastName() == owner ? true
        : IsOtherClass(receiver) ? false
        : null;

    // Not a variable whose type is not written here, nor a member of a class in another file.
    private static bool IsOtherClass(ExpressionSyntax receiver) =>
        receiver is NameSyntax && char.IsUpper(receiver.LastName().FirstOrDefault());
}
