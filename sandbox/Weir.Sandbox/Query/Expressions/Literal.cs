using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>A value as it stands.</summary>
internal sealed class Literal(BsonValue value) : Expression
{
    public override BsonValue? Evaluate(Scope scope) => value.Clone();
}
