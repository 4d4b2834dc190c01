using Weir.Pooling.ConnectionStrings;

namespace Weir.Conformance.ReadWriteConcernCases;

internal sealed record ReadConcernCase(string? Level = null)
{
    public ReadConcern Build() => new(Level);
}
