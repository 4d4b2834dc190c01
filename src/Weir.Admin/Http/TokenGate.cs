using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace Weir.Admin.Http;

/// <summary>
/// Lets in who shows the token: as a bearer token, or in the cookie that the dashboard's page was given for it.
/// Thread-safe.
/// </summary>
/// <remarks>
/// <para>Tokens are compared by their digests under a key of this process, in constant time: neither the comparison
/// nor the cookie gives anything of the token away.</para>
/// <para>Without a token everybody on this machine is let in, but no web page of another site: the host must be a
/// name of this machine (else a name that was rebound to 127.0.0.1 would do), and a browser must not say that the
/// request comes from elsewhere.</para>
/// </remarks>
internal sealed class TokenGate
{
    public const string Cookie = "weir_admin";

    private readonly byte[] _key = RandomNumberGenerator.GetBytes(32);
    private readonly bool _isTcp;
    private volatile byte[]? _digest;

    public TokenGate(AdminSettings settings)
    {
        _isTcp = settings.EndPoint is IPEndPoint;
        Change(settings.Token);
    }

    public bool NeedsToken => _digest is not null;

    public void Change(string? token) => _digest = token is null ? null : Digest(token);

    /// <summary>Whether the request may see and do everything.</summary>
    public bool Admits(HttpRequest request)
    {
        if (_digest is not { } digest)
        {
            return true;
        }

        var header = request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.OrdinalIgnoreCase))
        {
            return CryptographicOperations.FixedTimeEquals(Digest(header[7..].Trim()), digest);
        }

        Span<byte> shown = stackalloc byte[64];
        return request.Cookies.TryGetValue(Cookie, out var cookie)
            && Convert.TryFromBase64String(cookie, shown, out var length)
            && CryptographicOperations.FixedTimeEquals(shown[..length], digest);
    }

    /// <summary>The cookie for whoever knows the token; <see langword="null"/>: it is not that.</summary>
    public string? CookieFor(string token)
    {
        var shown = Digest(token);
        return _digest is { } digest && CryptographicOperations.FixedTimeEquals(shown, digest)
            ? Convert.ToBase64String(shown)
            : null;
    }

    /// <summary>Whether a web page of another site may be behind the request.</summary>
    public bool IsForeign(HttpRequest request)
    {
        var site = request.Headers["Sec-Fetch-Site"].ToString();
        if (site is "cross-site" or "same-site")
        {
            return true;
        }

        var origin = request.Headers.Origin.ToString();
        if (
            origin.Length > 0
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || uri.Authority != request.Host.Value)
        )
        {
            return true;
        }

        return _isTcp && !NeedsToken && !IsThisMachine(request.Host.Host);
    }

    private static bool IsThisMachine(string host) =>
        host.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip));

    private byte[] Digest(string token) => HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(token));
}
