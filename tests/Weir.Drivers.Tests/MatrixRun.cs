namespace Weir.Drivers.Tests;

/// <summary>A driver's scenario through Weir and, on the same deployment, directly.</summary>
internal sealed record MatrixRun(
    Driver Driver,
    Place Place,
    Transcript Through,
    Transcript Direct,
    int? PeakConnections,
    int? LeftOpen,
    int ExitCode,
    string Log
)
{
    public const int MaxPoolSize = 5;

    /// <summary>A monitor holds one connection that streams and one that measures round trips.</summary>
    public const int Cap = MaxPoolSize + 2;

    /// <exception cref="Weir.Engine.EngineUnavailableException">The place cannot be had here.</exception>
    public static async Task<MatrixRun> OfAsync(
        Driver driver,
        Place place,
        CancellationToken cancellationToken
    )
    {
        await using var stage = await place.StartAsync(cancellationToken);
        var listeners = new List<(string, string?)> { (Capped(stage.Main), null) };
        if (stage.ReplicaSetName is { } name)
        {
            listeners.Add((Capped(stage.Main), name));
        }

        if (stage.Members is { } members)
        {
            listeners.Add((Capped(members), null));
        }

        await using var weir = await WeirServe.StartAsync(listeners, stage.Guard, cancellationToken);
        var through = await Transcript.OfAsync(
            driver,
            ThroughWeir(stage, weir.Addresses),
            place.Without.Keys,
            cancellationToken
        );
        var (exitCode, log) = await weir.StopAsync(cancellationToken);
        // Counted before anybody else connects.
        var peak = stage.Peak?.Invoke();
        var open = stage.Open?.Invoke();
        var direct = await Transcript.OfAsync(driver, Directly(stage), place.Without.Keys, cancellationToken);
        return new MatrixRun(driver, place, through, direct, peak, open, exitCode, log);
    }

    private static Dictionary<string, string> Directly(Stage stage)
    {
        var uris = new Dictionary<string, string> { ["main"] = stage.Main, ["replicaSet"] = stage.Main };
        if (stage.Members is { } members)
        {
            uris["members"] = members;
        }

        if (stage.Balanced is { } balanced)
        {
            uris["loadBalanced"] = balanced;
        }

        return uris;
    }

    private static Dictionary<string, string> ThroughWeir(Stage stage, IReadOnlyList<string> addresses)
    {
        var next = 0;
        var uris = new Dictionary<string, string>
        {
            ["main"] = Uri(addresses[next]),
            ["loadBalanced"] = With(Uri(addresses[next]), "loadBalanced=true"),
        };
        if (stage.ReplicaSetName is { } name)
        {
            uris["replicaSet"] = With(Uri(addresses[++next]), $"replicaSet={name}");
        }

        if (stage.Members is not null)
        {
            uris["members"] = Uri(addresses[++next]);
        }

        return uris;

        string Uri(string address) => stage.Guard?.UriOf(address) ?? $"mongodb://{address}/";
    }

    private static string Capped(string uri) => With(uri, $"maxPoolSize={MaxPoolSize}&minPoolSize=0");

    private static string With(string uri, string options) =>
        $"{uri}{(uri.Contains('?', StringComparison.Ordinal) ? '&' : '?')}{options}";
}
