using System.Net;

namespace Weir.Admin;

/// <summary>What an <see cref="AdminServer"/> is made from.</summary>
public sealed record AdminSettings
{
    /// <summary>The port that is meant when none is written.</summary>
    public const int DefaultPort = 27080;

    /// <summary>Where it listens; default 127.0.0.1:27080.</summary>
    public EndPoint EndPoint { get; init; } = new IPEndPoint(IPAddress.Loopback, DefaultPort);

    /// <summary>
    /// What whoever asks must show, as a bearer token or on the dashboard's page; <see langword="null"/>: nothing,
    /// which is allowed on loopback and unix sockets only.
    /// </summary>
    public string? Token { get; init; }

    /// <summary>Whether <see cref="EndPoint"/> can be reached from this machine only.</summary>
    public bool IsLocal =>
        EndPoint switch
        {
            IPEndPoint ip => IPAddress.IsLoopback(ip.Address),
            _ => true,
        };

    /// <summary>What is wrong with it; <see langword="null"/>: nothing.</summary>
    public string? Validate() =>
        Token is null && !IsLocal ? $"{EndPoint} can be reached from other machines: set a token"
        : Token is { Length: < MinTokenLength }
            ? $"the token has {Token.Length} characters; it needs at least {MinTokenLength}"
        : null;

    private const int MinTokenLength = 16;
}
