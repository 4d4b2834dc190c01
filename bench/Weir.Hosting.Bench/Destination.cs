using Weir.Pooling.Destinations;

namespace Weir.Hosting.Bench;

/// <summary>A process's destinations: one.</summary>
internal static class Destination
{
    public const string Name = "bench";

    public const string Database = "bench";

    public static DestinationRegistry At(string uri) =>
        new(
            new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    [Name] = new() { ConnectionString = uri },
                },
            }
        );
}
