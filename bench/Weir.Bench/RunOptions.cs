using System.Globalization;
using System.Net;

namespace Weir.Bench;

/// <summary>What <c>run</c> is told; see <see cref="Usage"/>.</summary>
internal sealed record RunOptions
{
    public const string Usage = """
        bench/run [OPTION VALUE]…
          --rounds N              rounds of which the median is printed (3)
          --seconds S             seconds a figure is measured (2)
          --warm-up S             seconds of load before that (0.7); a process that has just started compiles its hot
                                  code meanwhile, for some seconds
          --targets NAME,…        direct, haproxy, weir, watched (metrics on, a dashboard looks on), traced (spans and
                                  metrics exported); default direct,haproxy,weir
          --peer NAME=ADDRESS     something else that stands in front of the canned server, whose address is --server
          --server ADDRESS        where the canned server listens; default a free port
          --clients N,…           clients of the small finds; default 64,1000
          --rate R                finds a second of the fixed rate, over all clients; default 5000
          --brief true            only ping and the small finds
          --weir PROGRAM          default artifacts/weir/weir
          --json FILE             every sample
          --check FILE            compare with the ratios in the file, and end with 1 where one is worse
          --save FILE             write this run's ratios into such a file
        """;

    private static readonly string[] AllTargets = ["direct", "haproxy", "weir", "watched", "traced"];

    public int Rounds { get; private init; } = 3;
    public TimeSpan Seconds { get; private init; } = TimeSpan.FromSeconds(2);
    public TimeSpan WarmUp { get; private init; } = TimeSpan.FromSeconds(0.7);
    public string Weir { get; private init; } = "artifacts/weir/weir";
    public string? Json { get; private init; }
    public string? Check { get; private init; }
    public string? Save { get; private init; }
    public bool Brief { get; private init; }
    public double Rate { get; private init; } = 5000;
    public IReadOnlyList<int> Clients { get; private init; } = [64, 1000];
    public IReadOnlyList<string> Targets { get; private init; } = ["direct", "haproxy", "weir"];
    public IReadOnlyList<(string Name, IPEndPoint Address)> Peers { get; private init; } = [];
    public IPEndPoint Server { get; private init; } = new(IPAddress.Loopback, 0);

    /// <exception cref="ArgumentException">An option is not known, or has no value or a bad one.</exception>
    public static RunOptions Parse(IReadOnlyList<string> arguments)
    {
        var options = new RunOptions();
        for (var i = 0; i < arguments.Count; i += 2)
        {
            var value =
                i + 1 < arguments.Count
                    ? arguments[i + 1]
                    : throw new ArgumentException($"{arguments[i]} has no value");
            try
            {
                options = options.With(arguments[i], value);
            }
            catch (FormatException)
            {
                throw new ArgumentException($"{arguments[i]} cannot be \"{value}\"");
            }
        }

        return options;
    }

    private RunOptions With(string option, string value) =>
        option switch
        {
            "--rounds" => this with { Rounds = int.Parse(value, CultureInfo.InvariantCulture) },
            "--seconds" => this with
            {
                Seconds = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)),
            },
            "--warm-up" => this with
            {
                WarmUp = TimeSpan.FromSeconds(double.Parse(value, CultureInfo.InvariantCulture)),
            },
            "--weir" => this with { Weir = value },
            "--json" => this with { Json = value },
            "--check" => this with { Check = value },
            "--save" => this with { Save = value },
            "--brief" => this with { Brief = bool.Parse(value) },
            "--rate" => this with { Rate = double.Parse(value, CultureInfo.InvariantCulture) },
            "--clients" => this with
            {
                Clients = [.. value.Split(',').Select(n => int.Parse(n, CultureInfo.InvariantCulture))],
            },
            "--targets" => this with { Targets = Known(value.Split(',')) },
            "--peer" => this with { Peers = [.. Peers, PeerOf(value)] },
            "--server" => this with { Server = IPEndPoint.Parse(value) },
            _ => throw new ArgumentException($"{option} is not known\n{Usage}"),
        };

    private static (string Name, IPEndPoint Address) PeerOf(string value) =>
        value.Split('=') is [var name, var address]
            ? (name, IPEndPoint.Parse(address))
            : throw new ArgumentException($"--peer is NAME=ADDRESS, not \"{value}\"");

    private static string[] Known(string[] names) =>
        names.FirstOrDefault(name => !AllTargets.Contains(name)) is { } unknown
            ? throw new ArgumentException($"{unknown} is no target ({string.Join(", ", AllTargets)})")
            : names;
}
