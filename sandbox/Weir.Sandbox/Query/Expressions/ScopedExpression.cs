using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>A structure that decides itself which parts to compute, and with which variables.</summary>
internal sealed class ScopedExpression(Func<Scope, BsonValue?> evaluate) : Expression
{
    public override BsonValue? Evaluate(Scope scope) => evaluate(scope);
}
