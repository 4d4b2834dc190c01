using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Expressions;

namespace Weir.Sandbox.Query.Filters;

/// <summary>$expr: an aggregation expression is true.</summary>
internal sealed class ExpressionFilter(Expression expression, QueryContext context) : Filter
{
    public override bool Matches(BsonDocument document, MatchTrace? trace = null) =>
        Truth.Of(expression.Evaluate(new Scope(document, context)));
}
