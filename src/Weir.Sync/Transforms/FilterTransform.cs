using Weir.Protocol.Bson;

namespace Weir.Sync.Transforms;

/// <summary>Leaves out the records for which the condition does not hold.</summary>
public sealed record FilterTransform(string Path, ConditionOperator Operator, BsonValue Operand) : Transform
{
    internal override TransformOutcome Apply(BsonDocument record)
    {
        var isThere = Field.TryGet(record, Path, out var value);
        var holds = Operator switch
        {
            ConditionOperator.Eq => Values.AreEqual(value, Operand),
            ConditionOperator.Ne => !Values.AreEqual(value, Operand),
            ConditionOperator.In => IsIn(value),
            ConditionOperator.Nin => !IsIn(value),
            ConditionOperator.Exists => isThere == Operand.ToBoolean(),
            ConditionOperator.Gt => Values.Compare(value, Operand) > 0,
            ConditionOperator.Gte => Values.Compare(value, Operand) >= 0,
            ConditionOperator.Lt => Values.Compare(value, Operand) < 0,
            _ => Values.Compare(value, Operand) <= 0,
        };
        return holds ? TransformOutcome.Kept : TransformOutcome.LeftOut;
    }

    private bool IsIn(BsonValue value)
    {
        foreach (var one in Operand.AsArray)
        {
            if (Values.AreEqual(value, one))
            {
                return true;
            }
        }
        return false;
    }
}
