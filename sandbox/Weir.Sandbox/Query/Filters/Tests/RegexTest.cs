using System.Text.RegularExpressions;
using Weir.Protocol.Bson;
using Weir.Sandbox.Store;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$regex: a string that matches, or the same regular expression stored as a value.</summary>
internal sealed class RegexTest(BsonRegex pattern) : ValueTest
{
    private readonly Regex regex = Pattern.Compile(pattern.Pattern, pattern.Options);

    public override bool Matches(BsonValue value, MatchTrace? trace)
    {
        if (value.IsRegex)
        {
            return value.AsRegex == pattern;
        }

        if (value.Type is not (BsonType.String or BsonType.Symbol))
        {
            return false;
        }

        try
        {
            return regex.IsMatch(BsonOrder.TextOf(value));
        }
        catch (RegexMatchTimeoutException)
        {
            throw CommandError.BadValue(
                $"The regular expression '{pattern.Pattern}' takes longer than {Pattern.Timeout.TotalSeconds} s on one value"
            );
        }
    }
}
