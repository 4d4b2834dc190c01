using System.Security.Cryptography.X509Certificates;
using Weir.Protocol.Bson;
using Weir.Proxy.ClientAuthentication;
using Weir.Proxy.Commands;
using Weir.Proxy.Errors;
using Weir.Proxy.Exchanges;
using Weir.Proxy.Limits;
using Weir.Transport;

namespace Weir.Proxy.Clients;

/// <summary>Logging in, by commands of its own or inside hello, and out.</summary>
internal sealed partial class ClientConnection
{
    private ClientLogin? _login;

    /// <summary>Whether only what concerns the connection itself is answered, because nobody has logged in on it.</summary>
    public bool MustLogIn => _context.Logins is not null && (Identity.IsAnonymous || Identity.IsRevoked);

    /// <summary>The name and the database under which somebody has logged in on it.</summary>
    public (string Name, string Database) Login { get; private set; }

    /// <summary>logout: the user of that database, if it is the one who has logged in.</summary>
    public void LogOut(string database)
    {
        if (!Identity.IsAnonymous && Login.Database == database)
            Become(_context.For(Identity.Anonymous, credential: null));
    }

    /// <summary>A request came faster than its limit allows: what the client is told.</summary>
    public WeirError TooFast(string limit)
    {
        Interlocked.Increment(ref _context.Counters.RequestsLimited);
        return Failures.Overloaded(limit);
    }

    private async ValueTask AnswerLoginAsync(Exchange x, BsonDocument command)
    {
        if (_context.Logins is not { } logins)
        {
            x.Error = Failures.NoAuthentication();
            return;
        }
        if (x.View.Kind != CommandKind.SaslContinue && !logins.Throttle.MayTry(RemoteEndPoint))
        {
            x.Error = Failures.TooManyLogins();
            return;
        }
        string database = DatabaseOf(command, "$db");
        ClientLogin login = _login ??= NewLogin(logins);
        LoginAnswer answer = x.View.Kind switch
        {
            CommandKind.SaslStart => login.Start(command, database),
            CommandKind.SaslContinue => login.Continue(command),
            _ => login.Authenticate(command, database),
        };
        if (answer.Failure is { } failure && !await HoldAsync(logins.Throttle, failure))
            return;
        x.Error = answer.Error ?? TryBecome(answer.User);
        if (x.Error is null)
            Answer(x, answer.Reply!);
    }

    /// <summary>
    /// What hello asks of logging in. What goes wrong here is left for the driver's real saslStart, as a server leaves it.
    /// </summary>
    private void AddLogin(BsonDocument reply, BsonDocument hello)
    {
        if (_context.Logins is not { } logins)
            return;
        if (
            hello.GetValueOrDefault("saslSupportedMechs") is { IsString: true } user
            && user.AsString.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot
        )
            reply["saslSupportedMechs"] = new BsonArray(
                logins
                    .Users.MechanismsOf(user.AsString[..dot], user.AsString[(dot + 1)..])
                    .Select(name => (BsonValue)name)
            );
        if (
            hello.GetValueOrDefault("speculativeAuthenticate")
                is not { IsDocument: true, AsDocument: { Count: > 0 } first }
            || !logins.Throttle.MayTry(RemoteEndPoint)
        )
            return;
        ClientLogin login = _login ??= NewLogin(logins);
        string database = DatabaseOf(first, "db");
        LoginAnswer answer = first[0].Name switch
        {
            "saslStart" => login.Start(first, database),
            "authenticate" => login.Authenticate(first, database),
            _ => default,
        };
        if (answer.Reply is { } document && TryBecome(answer.User) is null)
            reply["speculativeAuthenticate"] = document;
    }

    /// <summary>Holds the answer to a failed login back. <see langword="false"/>: the client has gone meanwhile.</summary>
    private async ValueTask<bool> HoldAsync(LoginThrottle throttle, LoginFailure failure)
    {
        Interlocked.Increment(ref _context.Counters.LoginsFailed);
        LogLoginFailed(
            _context.Logger,
            failure.PrintableName,
            failure.Database,
            failure.Mechanism,
            RemoteEndPoint,
            Id,
            failure.Reason
        );
        TimeSpan delay = throttle.Hold(RemoteEndPoint, failure.Database, failure.Name);
        try
        {
            return delay == TimeSpan.Zero || await WaitAsync(delay);
        }
        finally
        {
            throttle.Release(RemoteEndPoint);
        }
    }

    /// <summary>Makes the connection that user's, or says why it can't be.</summary>
    private WeirError? TryBecome(User? user)
    {
        if (user is null)
            return null;
        if (Identity.IsRevoked)
            Become(_context.For(Identity.Anonymous, credential: null));
        if (!Identity.IsAnonymous && user.Identity != Identity)
            return new WeirError(
                ErrorCode.ProtocolError,
                $"the connection is {Identity}'s already; log out first, or connect again"
            );
        Login = _login!.Shown;
        if (user.Identity == Identity)
            return null;
        if (_context.UserQuotas.Enter(user.Settings.Name, out Quota? quota) is { } refusal)
        {
            Interlocked.Increment(ref _context.Counters.ClientsRefused);
            return Failures.Overloaded(refusal);
        }
        Quotas.User = quota;
        Become(_context.For(user.Identity, user.Upstream));
        Interlocked.Increment(ref _context.Counters.Logins);
        LogLoggedIn(_context.Logger, Id, Identity);
        return null;
    }

    private void Become(ListenerContext context)
    {
        // What the one before has under way is not the next one's.
        _context.Reaper.OnClosed(this, _work, wasBusy: true);
        _work = null;
        _lastSession = default;
        _context = context;
        if (Identity.IsAnonymous)
            Quotas.LeaveUser();
    }

    private ClientLogin NewLogin(Logins logins) =>
        new(() => logins.Users, Certificate?.SubjectName, _context.Time);

    /// <summary>What the client has shown and proved in its TLS handshake.</summary>
    private X509Certificate2? Certificate =>
        (_channel as TlsChannel)?.Session.RemoteCertificate is { } shown
            ? shown as X509Certificate2 ?? new X509Certificate2(shown)
            : null;

    private static string DatabaseOf(BsonDocument command, string field) =>
        command.GetValueOrDefault(field) is { IsString: true } database ? database.AsString : "admin";
}
