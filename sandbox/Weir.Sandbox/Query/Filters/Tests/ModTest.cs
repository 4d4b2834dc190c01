using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$mod: the whole part's remainder.</summary>
internal sealed class ModTest(long divisor, long remainder) : ValueTest
{
    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (!value.IsNumber || Numbers.IsNaN(value))
        {
            return false;
        }

        var number = value.IsInt32 || value.IsInt64 ? value.ToInt64() : Math.Truncate(value.ToDouble());
        return number is > -9.2e18 and < 9.2e18 && (divisor is -1 ? 0 : (long)number % divisor) == remainder;
    }
}
