using Weir.Pooling.Topologies;

namespace Weir.Conformance.ServerSelectionCases;

/// <summary>A topology as the cases of server selection and max staleness write it.</summary>
internal sealed record TopologyCase
{
    public required string Type { get; init; }

    public required IReadOnlyList<ServerCase> Servers { get; init; }

    public TopologyDescription ToDescription() =>
        new()
        {
            Type = Enum.Parse<TopologyType>(Type),
            Servers = [.. Servers.Select(s => s.ToDescription())],
        };
}
