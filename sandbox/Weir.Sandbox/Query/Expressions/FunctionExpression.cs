using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>A function of the values of its arguments, all of which are computed first.</summary>
internal sealed class FunctionExpression(Expression[] arguments, Func<BsonValue?[], BsonValue?> apply)
    : Expression
{
    public override BsonValue? Evaluate(Scope scope)
    {
        var values = new BsonValue?[arguments.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = arguments[i].Evaluate(scope);
        }

        return apply(values);
    }
}
