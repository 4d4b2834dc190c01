using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>A document of expressions; what is missing is left out.</summary>
internal sealed class ObjectExpression((string Name, Expression Value)[] fields) : Expression
{
    public override BsonValue? Evaluate(Scope scope)
    {
        var document = new BsonDocument(fields.Length);
        foreach (var (name, expression) in fields)
        {
            if (expression.Evaluate(scope) is { } value)
            {
                document[name] = value;
            }
        }

        return document;
    }
}
