using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters.Tests;

/// <summary>$exists: true.</summary>
internal sealed class ExistsTest : ValueTest
{
    public static ExistsTest Instance { get; } = new();

    public override bool LooksIntoArrays => false;

    public override bool Matches(BsonValue value, MatchTrace? trace) => true;
}
