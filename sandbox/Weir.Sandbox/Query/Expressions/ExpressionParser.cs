using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

internal static class ExpressionParser
{
    public static Expression Parse(BsonValue value, QueryContext context) =>
        throw new NotSupportedException("Expressions are not here yet");
}
