using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Tests.ConnectionStrings;

public class SecrecyTests
{
    private const string Secret = "s3cr3t";

    [Fact]
    public void A_connection_string_shows_itself_without_secrets()
    {
        var s = ConnectionString.Parse(
            $"mongodb://al%40ice:{Secret}@H:1,i/db?tlsCertificateKeyFilePassword={Secret}&proxyHost=p"
                + $"&proxyUsername=u&proxyPassword={Secret}&maxPoolSize=3&unheardOf={Secret}"
        );
        Assert.Equal(
            "mongodb://al%40ice:***@H:1,i/db?tlsCertificateKeyFilePassword=***&proxyHost=p"
                + "&proxyUsername=u&proxyPassword=***&maxPoolSize=3&unheardOf=...",
            s.ToString()
        );
        Assert.DoesNotContain(Secret, string.Join('\n', s.Warnings), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, s.Credential!.ToString(), StringComparison.Ordinal);
        Assert.DoesNotContain(Secret, $"{s.User}", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("mongodb://u:{0}@@h/db")]
    [InlineData("mongodb://u:{0}:x@h/db")]
    [InlineData("mongodb://u:{0}%@h/db")]
    [InlineData("mongodb://u:{0}/x@h/db")]
    [InlineData("mongodb://u:x/{0}@h/db")]
    [InlineData("mongodb://u:{0}?x@h/db")]
    [InlineData("mongodb://u:x?{0}@h/db")]
    [InlineData("mongodb://u:1?{0}@h/db")]
    [InlineData("mongodb://u:1?{0}@h/db?w=1")]
    [InlineData("mongodb://u:{0}#h/db")]
    [InlineData("mongodb://u:{0}")]
    [InlineData("mongodb://{0}:u@h:x")]
    [InlineData("mongo://u:{0}@h/db")]
    [InlineData("u:{0}@h/db")]
    [InlineData("mongodb://u:[{0}@h,[{0}")]
    [InlineData("mongodb://h/?authMechanism={0}")]
    [InlineData("mongodb://u:{0}@h/?authMechanism=MONGODB-X509")]
    [InlineData("mongodb://u:{0}@h/?authMechanism=MONGODB-AWS")]
    [InlineData("mongodb+srv://u:{0}@h:27017")]
    [InlineData("mongodb+srv://u:{0}")]
    public void An_error_never_shows_the_password(string uri)
    {
        var refusal = Assert.Throws<ConnectionStringException>(() =>
            ConnectionString.Parse(uri.Replace("{0}", Secret, StringComparison.Ordinal))
        );
        Assert.DoesNotContain(Secret, refusal.ToString(), StringComparison.Ordinal);
    }
}
