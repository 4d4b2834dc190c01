using System.Text;
using Weir.Pooling.Authentication;

namespace Weir.Pooling.Tests.Authentication;

public class ScramConversationTests
{
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO";
    private const string WholeNonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string Salt = "W22ZaJ0SNY7soEsUEjb6gQ==";

    [Fact]
    public void The_conversation_of_RFC_5802_comes_out_byte_for_byte()
    {
        // The RFC's own password is not MongoDB's digest of it, so the keys are derived from it directly.
        var c = new ScramConversation(ScramMechanism.Sha1, "user", "fyko+d2lbbFgONRv9qkxdawL");
        Assert.Equal("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL", Text(c.ClientFirst()));
        var challenge = c.ReadServerFirst(
            Bytes("r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096")
        );
        var keys = ScramKeys.Derive(ScramMechanism.Sha1, "pencil", challenge.Salt, challenge.Iterations);
        Assert.Equal(
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts=",
            Text(c.ClientFinal(keys))
        );
        c.VerifyServerFinal(Bytes("v=rmF9pqV8S7suAoZWja4dJRkFsKQ="));
        Assert.True(c.IsVerified);
    }

    [Fact]
    public void The_conversation_of_RFC_7677_comes_out_byte_for_byte()
    {
        var c = Sha256();
        Assert.Equal($"n,,n=user,r={Nonce}", Text(c.ClientFirst()));
        var challenge = c.ReadServerFirst(Bytes($"r={WholeNonce},s={Salt},i=4096"));
        var keys = ScramKeys.Derive(ScramMechanism.Sha256, "pencil", challenge.Salt, challenge.Iterations);
        Assert.Equal(
            $"c=biws,r={WholeNonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
            Text(c.ClientFinal(keys))
        );
        c.VerifyServerFinal(Bytes("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="));
        Assert.True(c.IsVerified);
    }

    [Fact]
    public void MongoDBs_SCRAM_SHA_1_digests_the_password_with_the_name_first()
    {
        // The conversation that MongoDB's authentication specification shows.
        var c = new ScramConversation(ScramMechanism.Sha1, "user", "fyko+d2lbbFgONRv9qkxdawL");
        const string whole = "fyko+d2lbbFgONRv9qkxdawLHo+Vgk7qvUOKUwuWLIWg4l/9SraGMHEE";
        var challenge = c.ReadServerFirst(Bytes($"r={whole},s=rQ9ZY3MntBeuP3E1TDVC4w==,i=10000"));
        var password = ScramMechanism.Sha1.PreparePassword("user", "pencil");
        var keys = ScramKeys.Derive(ScramMechanism.Sha1, password, challenge.Salt, challenge.Iterations);
        Assert.Equal($"c=biws,r={whole},p=MC2T8BvbmWRckDw8oWl5IVghwCY=", Text(c.ClientFinal(keys)));
        c.VerifyServerFinal(Bytes("v=UMWeI25JD1yNYZRMpZ4VHvhZ9e0="));
    }

    [Fact]
    public void A_name_with_comma_and_equals_sign_is_escaped_and_otherwise_left_alone()
    {
        var c = new ScramConversation(ScramMechanism.Sha256, "a=b,c\u2168", "x");
        Assert.Equal("n,,n=a=3Db=2Cc\u2168,r=x", Text(c.ClientFirst()));
    }

    [Fact]
    public void Every_conversation_has_a_nonce_of_its_own()
    {
        var first = Text(new ScramConversation(ScramMechanism.Sha256, "user").ClientFirst());
        var second = Text(new ScramConversation(ScramMechanism.Sha256, "user").ClientFirst());
        Assert.NotEqual(first, second);
        Assert.Equal("n,,n=user,r=".Length + 32, first.Length);
    }

    [Theory]
    [InlineData("i=4095")]
    [InlineData("i=1")]
    [InlineData("i=0")]
    [InlineData("i=-4096")]
    [InlineData("i=10000001")]
    [InlineData("i=99999999999")]
    [InlineData("i=many")]
    public void Too_few_too_many_or_malformed_iterations_are_refused(string iterations)
    {
        Refused($"r={WholeNonce},s={Salt},{iterations}");
    }

    [Theory]
    [InlineData("")]
    [InlineData("e=other-error")]
    [InlineData("r=somebody-elses-nonce,s=" + Salt + ",i=4096")]
    [InlineData("r=" + Nonce + ",s=" + Salt + ",i=4096")]
    [InlineData("r=" + WholeNonce + ",s=,i=4096")]
    [InlineData("r=" + WholeNonce + ",s=not base64!,i=4096")]
    [InlineData("r=" + WholeNonce + ",s=" + Salt)]
    [InlineData("m=extension,r=" + WholeNonce + ",s=" + Salt + ",i=4096")]
    [InlineData("s=" + Salt + ",r=" + WholeNonce + ",i=4096")]
    public void A_malformed_or_foreign_challenge_is_refused(string message) => Refused(message);

    [Theory]
    [InlineData("v=AAAATRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=")]
    [InlineData("v=")]
    [InlineData("v=6rri")]
    [InlineData("v=***")]
    [InlineData("e=invalid-proof")]
    [InlineData("")]
    public void A_server_that_does_not_know_the_password_is_refused(string message)
    {
        var c = Sha256();
        var challenge = c.ReadServerFirst(Bytes($"r={WholeNonce},s={Salt},i=4096"));
        c.ClientFinal(
            ScramKeys.Derive(ScramMechanism.Sha256, "pencil", challenge.Salt, challenge.Iterations)
        );
        Assert.Throws<AuthenticationFailedException>(() => c.VerifyServerFinal(Bytes(message)));
        Assert.False(c.IsVerified);
    }

    [Fact]
    public void Steps_out_of_order_are_a_mistake_of_the_caller()
    {
        Assert.Throws<InvalidOperationException>(() => Sha256().VerifyServerFinal(Bytes("v=")));
        Assert.Throws<InvalidOperationException>(() => Sha256().ClientFinal(new ScramKeys([], [], [])));
    }

    private static void Refused(string message)
    {
        var failure = Assert.Throws<AuthenticationFailedException>(() =>
            Sha256().ReadServerFirst(Bytes(message))
        );
        Assert.Contains("SCRAM-SHA-256", failure.Message, StringComparison.Ordinal);
    }

    private static ScramConversation Sha256() => new(ScramMechanism.Sha256, "user", Nonce);

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes);
}
