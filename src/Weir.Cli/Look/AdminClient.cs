using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;
using System.Text.Json.Nodes;
using Weir.Admin;

namespace Weir.Cli.Look;

/// <summary>Asks a running Weir's admin API. Thread-safe.</summary>
internal sealed class AdminClient : IDisposable
{
    private readonly HttpClient _http;

    /// <param name="address">
    /// "host:port", a URL, or "unix:/path"; null: where Weir listens when it is told nothing.
    /// </param>
    /// <param name="token">The admin token, where one is needed.</param>
    /// <exception cref="LookException">The address is none.</exception>
    public AdminClient(string? address, string? token)
    {
        address ??= $"127.0.0.1:{AdminSettings.DefaultPort}";
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(5) };
        if (address.StartsWith("unix:", StringComparison.Ordinal))
        {
            var path = address["unix:".Length..];
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            };
            address = "localhost";
        }

        var url = address.Contains("://", StringComparison.Ordinal) ? address : "http://" + address;
        if (!Uri.TryCreate(url, UriKind.Absolute, out var root) || root.Scheme is not ("http" or "https"))
        {
            handler.Dispose();
            throw new LookException(
                $"{address} is not the address of an admin API (HOST:PORT, a URL or unix:/PATH)"
            );
        }

        Address = root;
        _http = new HttpClient(handler) { BaseAddress = root, Timeout = TimeSpan.FromSeconds(10) };
        if (token is not null)
        {
            _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        }
    }

    public Uri Address { get; }

    /// <exception cref="LookException">It does not answer, or does not let us in.</exception>
    public async Task<JsonObject> GetAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            using var answer = await _http.GetAsync(
                new Uri("/api/v1/" + path, UriKind.Relative),
                cancellationToken
            );
            if (answer.StatusCode == HttpStatusCode.Unauthorized)
            {
                throw new LookException($"{Address} wants the admin token: --token, or $WEIR_ADMIN_TOKEN");
            }

            var text = await answer.Content.ReadAsStringAsync(cancellationToken);
            var node = JsonNode.Parse(text)?.AsObject() ?? [];
            return answer.IsSuccessStatusCode
                ? node
                : throw new LookException($"{Address} answered: {node["error"]}");
        }
        catch (HttpRequestException error)
        {
            throw new LookException(
                $"no Weir answers at {Address}: {error.Message} Is it running with --admin, or admin in its weir.json?"
            );
        }
        catch (JsonException)
        {
            throw new LookException($"what answers at {Address} is no Weir");
        }
    }

    public void Dispose() => _http.Dispose();
}
