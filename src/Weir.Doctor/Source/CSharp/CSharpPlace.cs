using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>A place in a syntax tree.</summary>
internal sealed class CSharpPlace(CSharpFile file, SyntaxNode node) : Place(file, LineOf(node))
{
    public SyntaxNode Node { get; } = node;

    public override FunctionScope? Function => Functions.Scope(Node);

    public override bool IsInLoop => Loops.IsInLoop(Node);

    public override Fate Fate =>
        Node is not ExpressionSyntax expression ? Fate.Local
        : FunctionCalls.IsHandedOver(expression) ? Fate.Kept
        : Values.FateOf(expression);

    public override bool? IsCallOn(string owner) => CallTargets.IsOn(file.Types, Node, owner);

    public override string MadeWith
    {
        get
        {
            var function = Functions.Around(Node);
            var member = Node.AncestorsAndSelf().OfType<MemberDeclarationSyntax>().FirstOrDefault();
            return
                function is null or ConstructorDeclarationSyntax
                && member
                    is ConstructorDeclarationSyntax
                        or FieldDeclarationSyntax
                        or PropertyDeclarationSyntax
                && !member.Modifiers.Any(modifier => modifier.ValueText == "static")
                ? member.FirstAncestorOrSelf<TypeDeclarationSyntax>()?.Identifier.ValueText ?? ""
                : "";
        }
    }

    private static int LineOf(SyntaxNode node) => node.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
}
