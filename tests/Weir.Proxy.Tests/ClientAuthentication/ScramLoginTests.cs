using System.Security.Cryptography;
using System.Text;
using Weir.Pooling.Authentication;
using Weir.Proxy.ClientAuthentication;

namespace Weir.Proxy.Tests.ClientAuthentication;

/// <summary>The server's side of SCRAM, by the vectors of its RFCs and by what an attacker would send.</summary>
public class ScramLoginTests
{
    // RFC 7677, section 3.
    private const string First = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";
    private const string ServerNonce = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private const string Nonce = "rOprNGfwEbeRWgbNEkqO" + ServerNonce;
    private const string Proof = "dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private const string Final = "c=biws,r=" + Nonce + ",p=" + Proof;

    [Fact]
    public void The_vector_of_RFC_7677_proves_its_user()
    {
        var login = Rfc7677();

        Assert.Equal($"r={Nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096", Text(login.Challenge(Bytes(First))));
        Assert.Null(login.Proven);
        Assert.Equal("v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=", Text(login.Prove(Bytes(Final))));
        Assert.Equal("user", login.Proven?.Settings.Name);
    }

    [Fact]
    public void The_vector_of_RFC_5802_proves_its_user()
    {
        ScramCredential credential = Derive(HashAlgorithmName.SHA1, Mechanisms.ScramSha1, "QSXCR+Q6sek8bf92");
        var login = new ScramLogin(
            ScramCredential.Find(Mechanisms.ScramSha1)!,
            Directory(credential),
            "admin",
            "3rfcNHYJY1ZVvWVs7j"
        );

        Assert.Equal(
            "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096",
            Text(login.Challenge(Bytes("n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL")))
        );
        Assert.Equal(
            "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=",
            Text(
                login.Prove(
                    Bytes(
                        "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
                    )
                )
            )
        );
        Assert.NotNull(login.Proven);
    }

    [Theory]
    [InlineData("")]
    [InlineData("n,,")]
    [InlineData("n=user,r=abc")]
    [InlineData("p=tls-unique,,n=user,r=abc")]
    [InlineData("n,a=admin,n=user,r=abc")]
    [InlineData("n,,m=ext,n=user,r=abc")]
    [InlineData("n,,n=,r=abc")]
    [InlineData("n,,n=user")]
    [InlineData("n,,n=user,r=")]
    [InlineData("n,,n=user,r=ab\nc")]
    [InlineData("n,,n=user,r=äöü")]
    [InlineData("n,,n=us=er,r=abc")]
    [InlineData("n,,n=us=2cer,r=abc")]
    [InlineData("n,,r=abc,n=user")]
    public void A_first_message_that_is_malformed_is_the_end(string message)
    {
        var login = Rfc7677();

        Assert.Null(login.Challenge(Bytes(message)));
        Assert.Null(login.Challenge(Bytes(First)));
        Assert.Null(login.Prove(Bytes(Final)));
    }

    [Fact]
    public void A_first_message_that_is_no_text_or_huge_is_the_end()
    {
        Assert.Null(Rfc7677().Challenge([.. Bytes(First), 0xFF, 0xFE]));
        Assert.Null(Rfc7677().Challenge(Bytes("n,,n=user,r=" + new string('x', ScramLogin.LongestMessage))));
    }

    [Theory]
    [InlineData("")]
    [InlineData("p=" + Proof)]
    [InlineData("c=biws,r=" + Nonce)]
    [InlineData("c=biws,r=" + Nonce + ",p=")]
    [InlineData("c=biws,r=" + Nonce + ",p=!!!!")]
    [InlineData("c=biws,r=" + Nonce + ",p=AAAA")]
    [InlineData("c=biws,r=" + Nonce + ",p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("c=biws,r=" + Nonce + ",p=" + Proof + Proof)]
    [InlineData("c=biws,r=rOprNGfwEbeRWgbNEkqO,p=" + Proof)]
    [InlineData("c=biws,r=" + ServerNonce + ",p=" + Proof)]
    [InlineData("c=eSws,r=" + Nonce + ",p=" + Proof)]
    [InlineData("r=" + Nonce + ",c=biws,p=" + Proof)]
    public void A_proof_that_is_wrong_or_malformed_proves_nobody_and_there_is_no_second_try(string message)
    {
        var login = Rfc7677();
        login.Challenge(Bytes(First));

        Assert.Null(login.Prove(Bytes(message)));
        Assert.Null(login.Prove(Bytes(Final)));
        Assert.Null(login.Proven);
    }

    [Fact]
    public void A_proof_does_not_fit_another_conversation()
    {
        var login = new ScramLogin(
            ScramCredential.Find(Mechanisms.ScramSha256)!,
            Directory(Derive(HashAlgorithmName.SHA256, Mechanisms.ScramSha256, "W22ZaJ0SNY7soEsUEjb6gQ==")),
            "admin"
        );
        login.Challenge(Bytes(First));

        Assert.Null(login.Prove(Bytes(Final)));
    }

    [Fact]
    public void A_proof_before_the_challenge_proves_nobody()
    {
        Assert.Null(Rfc7677().Prove(Bytes(Final)));
    }

    [Fact]
    public void Somebody_who_is_not_there_gets_a_challenge_like_any_other()
    {
        UserDirectory users = Directory([.. ScramCredential.Derive("user", "pencil")]);
        string there = Text(Start(users).Challenge(Bytes(First)));
        ScramLogin nobody = Start(users);

        string challenge = Text(nobody.Challenge(Bytes("n,,n=nobody,r=rOprNGfwEbeRWgbNEkqO")));

        Assert.Equal(there.Length, challenge.Length);
        Assert.Equal(there.Split(',')[2], challenge.Split(',')[2]);
        Assert.Null(nobody.Prove(Bytes(Final)));
    }

    private static ScramLogin Start(UserDirectory users) =>
        new(ScramCredential.Find(Mechanisms.ScramSha256)!, users, "admin", ServerNonce);

    private static ScramLogin Rfc7677() =>
        new(
            ScramCredential.Find(Mechanisms.ScramSha256)!,
            Directory(Derive(HashAlgorithmName.SHA256, Mechanisms.ScramSha256, "W22ZaJ0SNY7soEsUEjb6gQ==")),
            "admin",
            ServerNonce
        );

    private static UserDirectory Directory(params ScramCredential[] credentials) =>
        new(
            new() { Users = [new() { Name = "user", Credentials = credentials }] },
            user => new User(user, new Identity(user.Name, "admin", UserRole.None), null)
        );

    /// <summary>As the RFCs derive them: from the password itself, where MongoDB's SCRAM-SHA-1 takes a digest of it.</summary>
    private static ScramCredential Derive(HashAlgorithmName hash, string mechanism, string salt)
    {
        byte[] salted = Rfc2898DeriveBytes.Pbkdf2(
            Bytes("pencil"),
            Convert.FromBase64String(salt),
            4096,
            hash,
            hash == HashAlgorithmName.SHA1 ? 20 : 32
        );
        byte[] clientKey = CryptographicOperations.HmacData(hash, salted, "Client Key"u8);
        return new(
            mechanism,
            4096,
            Convert.FromBase64String(salt),
            CryptographicOperations.HashData(hash, clientKey),
            CryptographicOperations.HmacData(hash, salted, "Server Key"u8)
        );
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string Text(byte[]? bytes) => Encoding.UTF8.GetString(Assert.IsType<byte[]>(bytes));
}
