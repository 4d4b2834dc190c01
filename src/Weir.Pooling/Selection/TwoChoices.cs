namespace Weir.Pooling.Selection;

/// <summary>
/// Picks one of several servers: the less busy of two that chance names. Spreads load without the herd that
/// always the least busy would draw.
/// </summary>
internal static class TwoChoices
{
    /// <summary>Picks from at least one candidate. Allocates nothing.</summary>
    public static T Pick<T>(IReadOnlyList<T> candidates, Func<T, int> operationCount, Random random)
    {
        if (candidates.Count == 1)
        {
            return candidates[0];
        }
        var i = random.Next(candidates.Count);
        var j = random.Next(candidates.Count - 1);
        var first = candidates[i];
        var second = candidates[j < i ? j : j + 1];
        return operationCount(second) < operationCount(first) ? second : first;
    }
}
