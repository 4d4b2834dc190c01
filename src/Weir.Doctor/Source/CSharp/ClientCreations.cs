using Microsoft.CodeAnalysis.CSharp.Syntax;
using Weir.Doctor.Source.Code;

namespace Weir.Doctor.Source.CSharp;

/// <summary>Finds the places where a MongoDB client is made.</summary>
internal static class ClientCreations
{
    public static IEnumerable<Creation> Of(CSharpFile file)
    {
        foreach (var creation in file.All<BaseObjectCreationExpressionSyntax>())
        {
            var type = creation is ImplicitObjectCreationExpressionSyntax implicitly
                ? file.Types.OfTarget(implicitly)
                : creation.TypeName();
            if (SyntaxNames.IsClient(type))
            {
                yield return new Creation(new CSharpPlace(file, creation), PoolLimits.Has(file, creation));
            }
        }

        foreach (var call in file.All<InvocationExpressionSyntax>().Where(Registrations.IsScopedClient))
        {
            yield return new Creation(new CSharpPlace(file, call), HasLimit: true);
        }
    }
}
