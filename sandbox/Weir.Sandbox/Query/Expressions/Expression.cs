using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Expressions;

/// <summary>A parsed aggregation expression. Immutable; safe for many threads.</summary>
internal abstract class Expression
{
    /// <summary>The value, or null where it is missing: a field that is not there, or $$REMOVE.</summary>
    public abstract BsonValue? Evaluate(Scope scope);

    /// <summary>The value with missing taken for null.</summary>
    public BsonValue ValueOrNull(Scope scope) => Evaluate(scope) ?? BsonValue.Null;
}
