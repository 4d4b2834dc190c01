using Weir.Proxy.Snapshots;

namespace Weir.Proxy.Administration;

/// <summary>What a client is doing, in a word.</summary>
internal static class ClientStates
{
    // Hello waits by its nature, and holds nothing.
    private static readonly HashSet<string> Waits = new(StringComparer.OrdinalIgnoreCase)
    {
        "hello",
        "ismaster",
    };

    public static bool IsBusy(ClientSnapshot client) =>
        client.Command is { } command && !Waits.Contains(command);

    public static string Of(ClientSnapshot client) =>
        !IsBusy(client) ? "idle"
        : client.Server is null ? "waiting"
        : "running";
}
