using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$size: an array of so many elements.</summary>
internal sealed class SizeTest(long size) : ValueTest
{
    public override bool LooksIntoArrays => false;

    public override bool Matches(BsonValue value, MatchTrace? trace) =>
        value.IsArray && value.AsArray.Count == size;
}
