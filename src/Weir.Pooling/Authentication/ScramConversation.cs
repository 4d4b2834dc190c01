using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Weir.Pooling.Authentication;

/// <summary>
/// The client's side of one SCRAM conversation (RFC 5802, RFC 7677): messages in, messages out, no I/O.
/// Started → Challenged (server-first read) → Answered (client-final made) → Verified. Not thread-safe.
/// </summary>
internal sealed class ScramConversation
{
    /// <summary>Fewer iterations would let somebody between client and server guess the password.</summary>
    public const int LeastIterations = 4096;

    /// <summary>More would let a false server burn the CPU: this takes seconds already.</summary>
    public const int MostIterations = 10_000_000;

    private readonly ScramMechanism _mechanism;
    private readonly string _nonce;
    private readonly string _clientFirstBare;
    private State _state = State.Started;
    private string _serverFirst = "";
    private string _wholeNonce = "";
    private byte[] _expectedSignature = [];

    /// <summary>Starts a conversation; only tests give a nonce.</summary>
    public ScramConversation(ScramMechanism mechanism, string userName, string? nonce = null)
    {
        _mechanism = mechanism;
        _nonce = nonce ?? Convert.ToBase64String(RandomNumberGenerator.GetBytes(24));
        // MongoDB takes the name as it is, not after SASLprep.
        var name = userName
            .Replace("=", "=3D", StringComparison.Ordinal)
            .Replace(",", "=2C", StringComparison.Ordinal);
        _clientFirstBare = $"n={name},r={_nonce}";
    }

    private enum State
    {
        Started,
        Challenged,
        Answered,
        Verified,
    }

    public ScramMechanism Mechanism => _mechanism;

    /// <summary>Whether the server has proved that it knows the password too.</summary>
    public bool IsVerified => _state == State.Verified;

    /// <summary>The first message: no channel binding.</summary>
    public byte[] ClientFirst() => Encoding.UTF8.GetBytes("n,," + _clientFirstBare);

    /// <summary>Reads the server's nonce, salt and iteration count.</summary>
    /// <exception cref="AuthenticationFailedException">The message is malformed or asks for too little or too much.</exception>
    public ScramChallenge ReadServerFirst(ReadOnlySpan<byte> message)
    {
        Expect(State.Started);
        _serverFirst = Text(message);
        var fields = _serverFirst.Split(',');
        // Further fields are extensions that may be ignored; one that may not ("m=") would stand first.
        if (fields.Length < 3)
        {
            throw Failure("its first message is malformed");
        }
        _wholeNonce = Field(fields[0], "r=");
        if (_wholeNonce.Length <= _nonce.Length || !_wholeNonce.StartsWith(_nonce, StringComparison.Ordinal))
        {
            throw Failure("its nonce does not continue the client's");
        }
        if (!TryBase64(Field(fields[1], "s="), out var salt) || salt.Length == 0)
        {
            throw Failure("its salt is malformed");
        }
        if (
            !int.TryParse(
                Field(fields[2], "i="),
                NumberStyles.None,
                CultureInfo.InvariantCulture,
                out var iterations
            )
        )
        {
            throw Failure("its iteration count is malformed");
        }
        if (iterations is < LeastIterations or > MostIterations)
        {
            throw Failure(
                $"it asks for {iterations} iterations, allowed are {LeastIterations} to {MostIterations}"
            );
        }
        _state = State.Challenged;
        return new ScramChallenge(salt, iterations);
    }

    /// <summary>The proof that the client knows the password.</summary>
    public byte[] ClientFinal(ScramKeys keys)
    {
        Expect(State.Challenged);
        // "biws" is the header of the first message, "n,,".
        var withoutProof = $"c=biws,r={_wholeNonce}";
        var signed = Encoding.UTF8.GetBytes($"{_clientFirstBare},{_serverFirst},{withoutProof}");
        var proof = _mechanism.Hmac(keys.StoredKey, signed);
        for (var i = 0; i < proof.Length; i++)
        {
            proof[i] ^= keys.ClientKey[i];
        }
        _expectedSignature = _mechanism.Hmac(keys.ServerKey, signed);
        _state = State.Answered;
        return Encoding.UTF8.GetBytes($"{withoutProof},p={Convert.ToBase64String(proof)}");
    }

    /// <summary>Checks the server's proof, in constant time.</summary>
    /// <exception cref="AuthenticationFailedException">It does not know the password.</exception>
    public void VerifyServerFinal(ReadOnlySpan<byte> message)
    {
        Expect(State.Answered);
        var first = Text(message).Split(',')[0];
        if (first.StartsWith("e=", StringComparison.Ordinal))
        {
            throw Failure("it refused the proof");
        }
        if (
            !TryBase64(Field(first, "v="), out var signature)
            || !CryptographicOperations.FixedTimeEquals(signature, _expectedSignature)
        )
        {
            throw Failure("its signature is wrong: it does not know the password");
        }
        _state = State.Verified;
    }

    private void Expect(State state)
    {
        if (_state != state)
        {
            throw new InvalidOperationException($"The SCRAM conversation is in state {_state}, not {state}.");
        }
    }

    private string Field(string field, string prefix) =>
        field.StartsWith(prefix, StringComparison.Ordinal)
            ? field[2..]
            : throw Failure("a message is malformed");

    private AuthenticationFailedException Failure(string what) =>
        new($"{_mechanism.Name} was broken off, the server is not to be trusted: {what}.");

    private static string Text(ReadOnlySpan<byte> message) => Encoding.UTF8.GetString(message);

    private static bool TryBase64(string text, out byte[] bytes)
    {
        bytes = new byte[text.Length];
        var valid = Convert.TryFromBase64String(text, bytes, out var length);
        Array.Resize(ref bytes, length);
        return valid;
    }
}
