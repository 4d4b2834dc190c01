using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$currentDate.</summary>
internal sealed class CurrentDateUpdate(BsonValue now) : FieldUpdate
{
    public static CurrentDateUpdate Parse(BsonValue operand, QueryContext context)
    {
        var kind = operand.IsDocument ? operand.AsDocument.GetValueOrDefault("$type") : default;
        if (operand.IsBoolean || (kind.IsString && kind.AsString == "date"))
        {
            return new CurrentDateUpdate(context.Now);
        }

        return kind.IsString && kind.AsString == "timestamp"
            ? new CurrentDateUpdate(new BsonTimestamp((uint)(context.Now.AsMillisecondsSinceEpoch / 1000), 1))
            : throw CommandError.BadValue(
                "The '$type' string field is required to be 'date' or 'timestamp': {$currentDate: {field : {$type: 'date'}}}"
            );
    }

    public override void Apply(Slot slot) => slot.Set(now);
}
