using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;

namespace Weir.Sandbox.Query.Projections;

/// <summary>A field that an expression computes.</summary>
internal sealed class ComputedField(Expression expression) : FieldProjection
{
    public override bool IsComputed => true;

    public override BsonValue? Show(BsonValue? value, BsonDocument root, QueryContext context) =>
        expression.Evaluate(new Scope(root, context));
}
