using Weir.Testing;

namespace Weir.Drivers.Tests;

/// <summary>What clients meet at a Weir that serves nobody without TLS and a login, and behind it at the deployment.</summary>
public sealed class Guard : IAsyncDisposable
{
    private const string User = "ada";

    // Not beyond ASCII, where PHP's driver would want a library that Debian's has not.
    private const string Password = "p@ss/word";

    private readonly TestAuthority _authority = new();

    public Guard() => (CertificateFile, KeyFile) = _authority.WriteServer("server");

    /// <summary>Of the servers, Weir among them.</summary>
    public string CertificateFile { get; }

    public string KeyFile { get; }

    /// <summary>Options of connection strings that trust the servers.</summary>
    public string Options => $"tls=true&tlsCAFile={_authority.AuthorityFile}";

    public string UsersFile => _authority.PathOf("users.json");

    /// <summary>Adds the one user, as an administrator does.</summary>
    public Task AddUserAsync(CancellationToken cancellationToken) =>
        WeirServe.RunAsync(Password, ["user", "add", User, "--file", UsersFile], cancellationToken);

    /// <summary>A connection string of the user.</summary>
    public string UriOf(string address) =>
        $"mongodb://{User}:{Uri.EscapeDataString(Password)}@{address}/?{Options}";

    public ValueTask DisposeAsync()
    {
        _authority.Dispose();
        return ValueTask.CompletedTask;
    }
}
