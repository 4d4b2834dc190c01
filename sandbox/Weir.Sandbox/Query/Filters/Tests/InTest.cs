using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$in: one of some values, or a match of one of some regular expressions.</summary>
internal sealed class InTest : ValueTest
{
    private readonly HashSet<BsonValue> values;
    private readonly IReadOnlyList<RegexTest> patterns;
    private readonly BsonValue[] list;

    public InTest(IReadOnlyList<BsonValue> values, IReadOnlyList<RegexTest> patterns)
    {
        this.values = new HashSet<BsonValue>(values, BsonOrder.Instance);
        this.patterns = patterns;
        list = [.. values];
        MatchesMissing = list.Any(static value => value.IsNull);
    }

    public override bool MatchesMissing { get; }

    public override IReadOnlyList<BsonValue>? Wanted => patterns.Count == 0 ? list : null;

    public override bool IsExact => patterns.Count == 0 && list.Length == 1;

    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (values.Contains(value))
        {
            return true;
        }

        foreach (var pattern in patterns)
        {
            if (pattern.Matches(value, trace))
            {
                return true;
            }
        }

        return false;
    }
}
