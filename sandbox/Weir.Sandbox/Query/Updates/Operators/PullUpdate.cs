using Weir.Protocol.Bson;
using Weir.Sandbox.Query.Filters;
using Weir.Sandbox.Query.Filters.Tests;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Updates.Operators;

/// <summary>$pull: every element that matches goes.</summary>
internal sealed class PullUpdate(Func<BsonValue, bool> matches) : FieldUpdate
{
    private const string Element = "element";

    public override bool CreatesPath => false;

    public static PullUpdate Parse(BsonValue operand, QueryContext context)
    {
        if (FilterParser.IsOperators(operand))
        {
            var filter = FilterParser.ParseOperators(Element, operand.AsDocument, context);
            return new PullUpdate(value => filter.Matches(new BsonDocument(Element, value)));
        }

        if (operand.IsDocument)
        {
            var filter = FilterParser.Parse(operand.AsDocument, context);
            return new PullUpdate(value => value.IsDocument && filter.Matches(value.AsDocument));
        }

        if (operand.IsRegex)
        {
            var test = new RegexTest(operand.AsRegex);
            return new PullUpdate(value => test.Matches(value, null));
        }

        return new PullUpdate(value => BsonOrder.Same(value, operand));
    }

    public override void Apply(Slot slot)
    {
        if (slot.TryGet(out _))
        {
            var array = ArraySlot.Get(slot, "$pull", ErrorCodes.BadValue);
            for (var i = array.Count - 1; i >= 0; i--)
            {
                if (matches(array[i]))
                {
                    array.RemoveAt(i);
                }
            }
        }
    }
}
