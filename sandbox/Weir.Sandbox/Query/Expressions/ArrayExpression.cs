using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>An array of expressions; what is missing becomes null.</summary>
internal sealed class ArrayExpression(Expression[] elements) : Expression
{
    public override BsonValue? Evaluate(Scope scope)
    {
        var array = new BsonArray(elements.Length);
        foreach (var element in elements)
        {
            array.Add(element.ValueOrNull(scope));
        }

        return array;
    }
}
