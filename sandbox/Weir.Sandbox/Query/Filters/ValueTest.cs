using Weir.Protocol.Bson;

namespace Weir.Sandbox.Query.Filters;

/// <summary>A test of one value. Immutable.</summary>
internal abstract class ValueTest
{
    /// <summary>Whether an array is also tested element by element.</summary>
    public virtual bool LooksIntoArrays => true;

    /// <summary>Whether a field that is not there passes.</summary>
    public virtual bool MatchesMissing => false;

    /// <summary>The values it asks for, when it asks for equality.</summary>
    public virtual IReadOnlyList<BsonValue>? Wanted => null;

    /// <summary>It asks for one value, not for one of several.</summary>
    public virtual bool IsExact => false;

    public abstract bool Matches(BsonValue value, MatchTrace? trace);
}
