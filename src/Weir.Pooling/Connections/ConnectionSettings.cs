using System.Net.Security;
using System.Text;
using Weir.Pooling.Authentication;
using Weir.Pooling.ConnectionStrings;
using Weir.Protocol.Wire;

namespace Weir.Pooling.Connections;

/// <summary>How connections to the servers of one deployment are made. Immutable.</summary>
public sealed record ConnectionSettings
{
    /// <summary>The longest <see cref="AppName"/> that servers accept, in bytes.</summary>
    public const int LongestAppName = 128;

    private readonly string? _appName;

    /// <summary>The application's name in the servers' logs (<c>appName</c>).</summary>
    /// <exception cref="ArgumentException">It has more than 128 bytes.</exception>
    public string? AppName
    {
        get => _appName;
        init
        {
            if (value is not null && Encoding.UTF8.GetByteCount(value) > LongestAppName)
            {
                throw new ArgumentException(
                    $"appName has more than {LongestAppName} bytes: servers refuse it."
                );
            }

            _appName = value;
        }
    }

    /// <summary>Who Weir authenticates as; null: nobody.</summary>
    public Credential? Credential { get; init; }

    /// <summary>
    /// Makes the TLS options for one server; null: no TLS. The host name to check is set where it is missing.
    /// </summary>
    public Func<ServerAddress, SslClientAuthenticationOptions>? Tls { get; init; }

    /// <summary>
    /// How long making a connection may take: connecting, TLS, handshake and authentication together
    /// (<c>connectTimeoutMS</c>); zero: no limit. Default 10 s.
    /// </summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long an established connection may wait for a message to be sent, and for a reply or the next piece of a
    /// long one (<c>socketTimeoutMS</c>); then it is closed. Zero, the default: no limit. Monitors have their own.
    /// </summary>
    public TimeSpan SocketTimeout { get; init; }

    /// <summary>Whether the servers are behind a load balancer (<c>loadBalanced</c>).</summary>
    public bool LoadBalanced { get; init; }

    /// <summary>
    /// Compressors that are offered to servers, best first (<c>compressors</c>); empty, the default: nothing is
    /// compressed.
    /// </summary>
    public IReadOnlyList<CompressorId> Compressors { get; init; } = [];

    /// <summary>zlib's level, from 0 (none) to 9 (best); -1, the default: zlib's own (<c>zlibCompressionLevel</c>).</summary>
    public int ZlibCompressionLevel { get; init; } = -1;

    /// <summary>The stable API version that Weir's own commands declare (<c>apiVersion</c>); null: none.</summary>
    public string? ServerApiVersion { get; init; }

    /// <summary>The settings that a connection string asks for.</summary>
    /// <exception cref="ConnectionStringException">A certificate that it names cannot be read.</exception>
    public static ConnectionSettings From(ConnectionString connectionString) =>
        new()
        {
            AppName = connectionString.AppName,
            Credential = connectionString.Credential,
            Tls = connectionString.UsesTls ? TlsSettings.From(connectionString) : null,
            ConnectTimeout = connectionString.ConnectTimeout ?? TimeSpan.FromSeconds(10),
            SocketTimeout = connectionString.SocketTimeout ?? TimeSpan.Zero,
            LoadBalanced = connectionString.LoadBalanced ?? false,
            Compressors =
            [
                .. (connectionString.Compressors ?? [])
                    .Select(static name =>
                        Protocol.Wire.Compressors.TryParse(name, out var id) ? id : default
                    )
                    .Where(static id => id != default && Protocol.Wire.Compressors.IsSupported(id)),
            ],
            ZlibCompressionLevel = connectionString.ZlibCompressionLevel ?? -1,
        };
}
