using Weir.Pooling.Destinations;

namespace Weir.Sync.Sources;

/// <summary>What sources of one process share.</summary>
/// <param name="Destinations">The named deployments; a MongoDB source is one of them.</param>
/// <param name="Time">The clock.</param>
public sealed record SourceContext(IDestinations Destinations, TimeProvider Time)
{
    /// <summary>What standard input is, for sources that read it.</summary>
    public Func<Stream> StandardInput { get; init; } = Console.OpenStandardInput;
}
