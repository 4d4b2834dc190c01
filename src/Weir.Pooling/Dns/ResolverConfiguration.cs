using System.Globalization;
using System.Net;

namespace Weir.Pooling.Dns;

/// <summary>Which name servers are asked, and how patiently: what matters here of <c>/etc/resolv.conf</c>.</summary>
internal sealed record ResolverConfiguration
{
    private const string SystemFile = "/etc/resolv.conf";
    private const int DefaultPort = 53;
    private const int LargestFile = 64 * 1024;
    private const int MostNameServers = 3;
    private const int LongestTimeout = 30;
    private const int MostAttempts = 5;

    /// <summary>The name servers in the order in which they are asked; without any, this machine's own.</summary>
    public IReadOnlyList<IPEndPoint> NameServers { get; init; } = [new(IPAddress.Loopback, DefaultPort)];

    /// <summary>How long one server may take for one question.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How often each server is asked.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>What the system has now: the file may change while a pooler runs.</summary>
    public static ResolverConfiguration ReadSystem()
    {
        try
        {
            using var file = new StreamReader(SystemFile);
            var buffer = new char[LargestFile];
            return Parse(new string(buffer, 0, file.ReadBlock(buffer)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // As the system's own resolver does.
            return new ResolverConfiguration();
        }
    }

    /// <summary>Reads the file's text. What it does not know or cannot read is left out, as the system does.</summary>
    public static ResolverConfiguration Parse(string text)
    {
        var configuration = new ResolverConfiguration();
        var servers = new List<IPEndPoint>();
        foreach (var line in text.Split('\n'))
        {
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words.FirstOrDefault())
            {
                case "nameserver" when words.Length > 1 && servers.Count < MostNameServers:
                    if (IPAddress.TryParse(words[1], out var address))
                    {
                        servers.Add(new IPEndPoint(address, DefaultPort));
                    }
                    break;
                case "options":
                    configuration = words.Skip(1).Aggregate(configuration, WithOption);
                    break;
            }
        }
        return servers.Count > 0 ? configuration with { NameServers = servers } : configuration;
    }

    private static ResolverConfiguration WithOption(ResolverConfiguration configuration, string option) =>
        option.Split(':', 2) is [var name, var text]
        && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
            ? name switch
            {
                "timeout" => configuration with
                {
                    Timeout = TimeSpan.FromSeconds(Math.Clamp(value, 1, LongestTimeout)),
                },
                "attempts" => configuration with { Attempts = Math.Clamp(value, 1, MostAttempts) },
                _ => configuration,
            }
            : configuration;
}
