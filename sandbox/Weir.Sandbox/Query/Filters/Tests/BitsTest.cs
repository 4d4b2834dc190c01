using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$bitsAllSet, $bitsAllClear, $bitsAnySet, $bitsAnyClear.</summary>
/// <param name="positions">The bits looked at.</param>
/// <param name="set">Whether they should be set or clear.</param>
/// <param name="all">Whether all of them or any.</param>
internal sealed class BitsTest(IReadOnlyList<long> positions, bool set, bool all) : ValueTest
{
    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (value.IsBinary)
        {
            var bytes = value.AsBinary.Bytes;
            return Decide(position =>
                position / 8 < bytes.Length
                && (bytes.Span[(int)(position / 8)] >> (int)(position % 8) & 1) == 1
            );
        }

        return Numbers.TryWhole(value, out var number)
            && Decide(position => (number >> (int)Math.Min(position, 63) & 1) == 1);
    }

    private bool Decide(Func<long, bool> isSet) =>
        all
            ? positions.All(position => isSet(position) == set)
            : positions.Any(position => isSet(position) == set);
}
