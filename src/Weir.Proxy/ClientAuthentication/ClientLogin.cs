using System.Security.Cryptography.X509Certificates;
using Weir.Pooling.Authentication;
using Weir.Protocol.Bson;
using Weir.Proxy.Errors;

namespace Weir.Proxy.ClientAuthentication;

/// <summary>
/// The logins of one client connection: one conversation at a time, as saslStart and saslContinue carry it, or the one
/// command of MONGODB-X509. Not thread-safe.
/// </summary>
internal sealed class ClientLogin(
    Func<UserDirectory> users,
    X500DistinguishedName? certificate,
    TimeProvider time
)
{
    /// <summary>A conversation that is not ended within this time is forgotten.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private const string External = "$external";

    private ScramLogin? _scram;
    private long _startedAt;
    private int _conversation;
    private bool _skipEmptyExchange;

    /// <summary>The name and the database under which the last login succeeded, as connectionStatus tells them.</summary>
    public (string Name, string Database) Shown { get; private set; }

    /// <summary>saslStart, or the same inside hello.</summary>
    public LoginAnswer Start(BsonDocument command, string database)
    {
        _scram = null;
        if (command.GetValueOrDefault("mechanism") is not { IsString: true } mechanism)
            return LoginAnswer.Wrong(
                ErrorCode.TypeMismatch,
                "saslStart needs a mechanism, which is a string"
            );
        if (ScramCredential.Find(mechanism.AsString) is not { } scram)
            return LoginAnswer.Wrong(
                ErrorCode.MechanismUnavailable,
                $"the mechanism is not one that saslStart takes here; there are {Mechanisms.ScramSha256} and {Mechanisms.ScramSha1}"
            );
        if (command.GetValueOrDefault("payload") is not { IsBinary: true } payload)
            return LoginAnswer.Wrong(ErrorCode.TypeMismatch, "saslStart needs a payload, which is binary");
        var login = new ScramLogin(scram, users(), database);
        if (login.Challenge(payload.AsBinary.Bytes.Span) is not { } challenge)
            return LoginAnswer.Wrong(
                ErrorCode.ProtocolError,
                "the client's first SCRAM message is malformed"
            );
        _scram = login;
        _startedAt = time.GetTimestamp();
        _conversation++;
        _skipEmptyExchange =
            command.GetValueOrDefault("options") is { IsDocument: true } options
            && options.AsDocument.GetValueOrDefault("skipEmptyExchange").ToBoolean();
        return LoginAnswer.Go(Reply(done: false, challenge));
    }

    /// <summary>saslContinue: the proof, or the empty message after it.</summary>
    public LoginAnswer Continue(BsonDocument command)
    {
        ScramLogin? scram = _scram;
        _scram = null;
        if (scram is null || time.GetElapsedTime(_startedAt) >= Patience)
            return LoginAnswer.Wrong(
                ErrorCode.ProtocolError,
                "no SASL conversation is under way; begin with saslStart"
            );
        if (
            command.GetValueOrDefault("conversationId") is not { IsNumber: true } id
            || id.ToInt64() != _conversation
        )
            return LoginAnswer.Wrong(ErrorCode.ProtocolError, "that is not the id of the SASL conversation");
        if (command.GetValueOrDefault("payload") is not { IsBinary: true } payload)
            return LoginAnswer.Wrong(ErrorCode.TypeMismatch, "saslContinue needs a payload, which is binary");
        if (scram.Proven is not null)
            return payload.AsBinary.Bytes.IsEmpty
                ? Done(scram, [])
                : LoginAnswer.Wrong(ErrorCode.ProtocolError, "nothing more was expected");
        if (scram.Prove(payload.AsBinary.Bytes.Span) is not { } proof)
            return LoginAnswer.Refused(
                new(
                    scram.Mechanism,
                    scram.Database,
                    scram.ClaimedName,
                    "no such user, or the password is wrong"
                )
            );
        if (_skipEmptyExchange)
            return Done(scram, proof);
        _scram = scram;
        return LoginAnswer.Go(Reply(done: false, proof));
    }

    /// <summary>authenticate with MONGODB-X509: the TLS handshake has proved it already.</summary>
    public LoginAnswer Authenticate(BsonDocument command, string database)
    {
        _scram = null;
        if (
            command.GetValueOrDefault("mechanism") is not { IsString: true } m
            || m.AsString != Mechanisms.X509
        )
            return LoginAnswer.Wrong(
                ErrorCode.MechanismUnavailable,
                $"the mechanism is not one that authenticate takes here; there is {Mechanisms.X509}"
            );
        if (database != External)
            return LoginAnswer.Wrong(
                ErrorCode.ProtocolError,
                $"{Mechanisms.X509} authenticates against the database {External}"
            );
        if (certificate is null)
            return Refused("", "it has sent no client certificate");
        string shown = X509Subject.Show(certificate);
        if (X509Subject.Of(certificate) is not { } subject || users().FindSubject(subject) is not { } user)
            return Refused(shown, "no user has that certificate subject");
        if (
            command.GetValueOrDefault("user") is { IsString: true } name
            && X509Subject.Parse(name.AsString) != subject
        )
            return Refused(name.AsString, $"its certificate is another's: {shown}");
        Shown = (shown, External);
        return LoginAnswer.Done(
            new()
            {
                ["dbname"] = External,
                ["user"] = shown,
                ["ok"] = 1.0,
            },
            user
        );

        static LoginAnswer Refused(string name, string reason) =>
            LoginAnswer.Refused(new(Mechanisms.X509, External, name, reason));
    }

    private LoginAnswer Done(ScramLogin scram, byte[] payload)
    {
        Shown = (scram.ClaimedName, scram.Database);
        return LoginAnswer.Done(Reply(done: true, payload), scram.Proven!);
    }

    private BsonDocument Reply(bool done, byte[] payload) =>
        new()
        {
            ["conversationId"] = _conversation,
            ["done"] = done,
            ["payload"] = payload,
            ["ok"] = 1.0,
        };
}
