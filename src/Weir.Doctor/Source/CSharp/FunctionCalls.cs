using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Finds the places where functions are called, or handed to something that calls them.</summary>
internal static class FunctionCalls
{
    public static IEnumerable<(string Name, Place Place)> Of(CSharpFile file)
    {
        foreach (var call in file.All<InvocationExpressionSyntax>())
        {
            if (call.LastName() is { Length: > 0 } name and not "nameof")
            {
                yield return (name, new CSharpPlace(file, call));
            }
        }

        foreach (var group in file.All<IdentifierNameSyntax>().Where(IsGroup))
        {
            yield return (group.Identifier.ValueText, new CSharpPlace(file, group));
        }
    }

    /// <summary>Whether it may be a function that is handed over: <c>Map("/", Handle)</c>, <c>timer.Elapsed += Tick</c>.</summary>
    public static bool IsGroup(IdentifierNameSyntax name) =>
        char.IsUpper(name.Identifier.ValueText.FirstOrDefault())
        && name.Parent switch
        {
            ArgumentSyntax => true,
            AssignmentExpressionSyntax assignment => assignment.Right == name,
            _ => false,
        };

    /// <summary>Whether it is a function that is handed over: what it makes belongs to whoever calls it.</summary>
    public static bool IsHandedOver(ExpressionSyntax expression) =>
        expression is IdentifierNameSyntax name && IsGroup(name);
}
