using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Who calls a function that is handed to another: told by the name of that one.</summary>
internal static class Calling
{
    // Called once, once for each key of a cache, or once for a command line.
    private static readonly HashSet<string> Once =
    [
        "AddSingleton",
        "TryAddSingleton",
        "AddKeyedSingleton",
        "TryAddKeyedSingleton",
        "AddHostedService",
        "AddMongoClient",
        "RegisterSingleton",
        "Singleton",
        "Lazy",
        "AsyncLazy",
        "EnsureInitialized",
        "GetOrAdd",
        "AddOrUpdate",
        "GetOrCreate",
        "GetOrCreateAsync",
        "SetHandler",
        "SetAction",
        "WithParsed",
        "WithParsedAsync",
        "OnExecute",
        "OnExecuteAsync",
    ];

    // Autofac, Ninject, Lamar, Simple Injector: a word behind, or beside, says how long it lives.
    private static readonly HashSet<string> OnceBehind = ["SingleInstance", "InSingletonScope", "Singleton"];

    private static readonly HashSet<string> PerScope =
    [
        "AddScoped",
        "AddTransient",
        "TryAddScoped",
        "TryAddTransient",
        "AddKeyedScoped",
        "AddKeyedTransient",
        "Scoped",
        "Transient",
    ];

    private static readonly HashSet<string> InPlace = ["Run", "StartNew"];

    public static bool IsPerScope(string receiver) => PerScope.Contains(receiver);

    /// <summary>Who calls a function that stands at this place.</summary>
    public static Caller Of(ExpressionSyntax function)
    {
        // (() => { … })();
        if (Unwrapped(function) is InvocationExpressionSyntax)
        {
            return Caller.ItsPlace;
        }

        var receiver = Receiver(function);
        return IsOnce(receiver, function) ? Caller.OncePerProcess
            : PerScope.Contains(receiver) ? Caller.OncePerScope
            : InPlace.Contains(receiver) ? Caller.ItsPlace
            : Caller.Anyone;
    }

    /// <summary>The name of what a function is handed to; empty when it is handed to nothing.</summary>
    public static string Receiver(ExpressionSyntax function) =>
        function.Parent is ArgumentSyntax { Parent.Parent: { } call }
            ? call is ImplicitObjectCreationExpressionSyntax implicitly
                ? TypeOf(implicitly)
                : call.LastName()
            : "";

    private static bool IsOnce(string receiver, ExpressionSyntax function) =>
        Once.Contains(receiver)
        || receiver.StartsWith("Configure", StringComparison.Ordinal)
        || function
            .Ancestors()
            .TakeWhile(node => node is not StatementSyntax)
            .Any(node =>
                node is MemberAccessExpressionSyntax member && OnceBehind.Contains(member.Name.LastName())
            )
        || (
            function.Parent is ArgumentSyntax { Parent: ArgumentListSyntax arguments }
            && arguments.Arguments.Any(a =>
                a.Expression is MemberAccessExpressionSyntax { Name.Identifier.ValueText: "Singleton" }
            )
        );

    // Lazy<MongoClient> shared = new(() => …);
    private static string TypeOf(ImplicitObjectCreationExpressionSyntax creation) =>
        creation
            .Ancestors()
            .FirstOrDefault(node => node is VariableDeclarationSyntax or PropertyDeclarationSyntax) switch
        {
            VariableDeclarationSyntax variable => variable.Type.LastName(),
            PropertyDeclarationSyntax property => property.Type.LastName(),
            _ => "Lazy",
        };

    private static SyntaxNode? Unwrapped(ExpressionSyntax function)
    {
        var at = function.Parent;
        while (at is ParenthesizedExpressionSyntax or CastExpressionSyntax)
        {
            at = at.Parent;
        }

        return at;
    }
}
