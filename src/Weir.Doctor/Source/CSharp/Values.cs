using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>
/// Tells what becomes of a value: follows it outwards through the expressions that carry it, and through the variables
/// of its function.
/// </summary>
internal static class Values
{
    private const int MostVariables = 8;

    // A client is taken along in these.
    private static readonly HashSet<string> Carriers = ["GetDatabase", "GetCollection", "WithReadPreference"];

    // What gets a client keeps it.
    private static readonly HashSet<string> Keepers =
    [
        "AddSingleton",
        "TryAddSingleton",
        "AddKeyedSingleton",
        "Singleton",
        "Add",
        "TryAdd",
        "GetOrAdd",
        "AddOrUpdate",
        "Set",
        "SetValue",
        "Push",
        "Enqueue",
        "Register",
        "RegisterInstance",
        "RegisterSingleton",
        "SetResult",
        "TrySetResult",
        "Exchange",
        "CompareExchange",
        "Write",
        "EnsureInitialized",
    ];

    // A function that makes one value of many: as the values are kept, or not, so are the clients.
    private static readonly HashSet<string> Gatherers =
    [
        "Select",
        "ToDictionary",
        "ToFrozenDictionary",
        "ToImmutableDictionary",
        "ConvertAll",
    ];

    public static Fate FateOf(ExpressionSyntax made) => Follow(made, Functions.Around(made), []);

    private static Fate Follow(ExpressionSyntax value, SyntaxNode? function, HashSet<string> visited)
    {
        SyntaxNode at = value;
        while (true)
        {
            var parent = at.Parent;
            switch (parent)
            {
                case ParenthesizedExpressionSyntax
                or AwaitExpressionSyntax
                or CastExpressionSyntax
                or PostfixUnaryExpressionSyntax
                or ConditionalExpressionSyntax
                or SwitchExpressionArmSyntax
                or SwitchExpressionSyntax
                or InitializerExpressionSyntax
                or BaseObjectCreationExpressionSyntax
                or ArrayCreationExpressionSyntax
                or ImplicitArrayCreationExpressionSyntax
                or AnonymousObjectCreationExpressionSyntax
                or AnonymousObjectMemberDeclaratorSyntax
                or TupleExpressionSyntax
                or CollectionExpressionSyntax
                or ExpressionElementSyntax
                or ArgumentListSyntax { Parent: BaseObjectCreationExpressionSyntax }
                or BinaryExpressionSyntax
                {
                    RawKind: (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.CoalesceExpression
                        or (int)Microsoft.CodeAnalysis.CSharp.SyntaxKind.AsExpression
                }:
                    at = parent;
                    break;
                case MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax call } member
                    when member.Expression == at && Carriers.Contains(member.Name.LastName()):
                    at = call;
                    break;
                case ArgumentSyntax { Parent.Parent: InvocationExpressionSyntax call }:
                    if (Keepers.Contains(call.LastName()))
                    {
                        return Fate.Kept;
                    }

                    at = call;
                    break;
                case ArgumentSyntax:
                    at = parent;
                    break;
                case AssignmentExpressionSyntax assignment when assignment.Right == at:
                    return IsInInitializer(assignment)
                        ? Follow(Initialized(assignment), function, visited)
                        : OfAssignment(assignment, function, visited);
                case EqualsValueClauseSyntax { Parent: VariableDeclaratorSyntax variable }:
                    return variable.Parent?.Parent is FieldDeclarationSyntax
                        ? Fate.Kept
                        : OfVariable(variable.Identifier.ValueText, value, function, visited);
                case EqualsValueClauseSyntax { Parent: PropertyDeclarationSyntax }:
                    return Fate.Kept;
                case ReturnStatementSyntax or YieldStatementSyntax or ArrowExpressionClauseSyntax:
                    return OfReturn(parent, function, visited);
                case AnonymousFunctionExpressionSyntax lambda:
                    return OfReturn(lambda.Body, function, visited);
                default:
                    return Fate.Local;
            }
        }
    }

    private static Fate OfReturn(SyntaxNode at, SyntaxNode? function, HashSet<string> visited)
    {
        var around = Functions.Around(at);
        if (around is not AnonymousFunctionExpressionSyntax lambda)
        {
            return Fate.Returned;
        }

        var gatherer = Gatherers.Contains(Calling.Receiver(lambda));
        // A function inside that captures the client, or one that is called for each of many.
        return around == function && !gatherer ? Fate.Returned
            : gatherer && lambda.Parent?.Parent?.Parent is InvocationExpressionSyntax call
                ? Follow(call, Functions.Around(call), visited)
            : Follow(lambda, function, visited);
    }

    private static bool IsInInitializer(AssignmentExpressionSyntax assignment) =>
        assignment.Parent is InitializerExpressionSyntax;

    private static ExpressionSyntax Initialized(AssignmentExpressionSyntax assignment) =>
        assignment.Parent!.Parent as ExpressionSyntax ?? assignment;

    // _client = …   this.Client = …   clients[id] = …   client ??= …   client = …
    private static Fate OfAssignment(
        AssignmentExpressionSyntax assignment,
        SyntaxNode? function,
        HashSet<string> visited
    )
    {
        if (assignment.Left is DeclarationExpressionSyntax { Designation: { } designation })
        {
            return designation
                .DescendantNodesAndSelf()
                .OfType<SingleVariableDesignationSyntax>()
                .Select(one => OfVariable(one.Identifier.ValueText, assignment.Right, function, visited))
                .Min();
        }

        if (
            assignment.Left is not IdentifierNameSyntax name
            || !Locals.IsDeclaredIn(function, name.LastName(), assignment)
            || Locals.IsGuarded(assignment, name.LastName())
        )
        {
            return Fate.Kept;
        }

        return Locals.IsOutParameter(function, name.LastName())
            ? Fate.Returned
            : OfVariable(name.LastName(), assignment.Right, function, visited);
    }

    private static Fate OfVariable(
        string name,
        ExpressionSyntax made,
        SyntaxNode? function,
        HashSet<string> visited
    )
    {
        // At the top level only a loop makes several.
        var block = function ?? Loops.Around(made);
        if (block is null)
        {
            return Fate.Kept;
        }

        if (!visited.Add(name) || visited.Count > MostVariables)
        {
            return Fate.Local;
        }

        var fate = Fate.Local;
        foreach (var use in Locals.UsesOf(block, name, after: made.Span.End))
        {
            var here = Follow(use, function, visited);
            if (here == Fate.Kept)
            {
                return here;
            }

            fate = here == Fate.Returned ? here : fate;
        }

        return fate;
    }
}
