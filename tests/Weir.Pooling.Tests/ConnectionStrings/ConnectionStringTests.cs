using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Tests.ConnectionStrings;

public class ConnectionStringTests
{
    [Fact]
    public void Everything_that_is_written_is_there()
    {
        var s = ConnectionString.Parse(
            "mongodb://alice:p%40ss@One.example:27018,[::1]:27019,%2Ftmp%2FA.sock/app"
                + "?maxPoolSize=7&maxIdleTimeMS=1500&compressors=zlib,snappy&replicaSet=rs0&w=majority&journal=true"
        );
        Assert.Equal(["one.example:27018", "[::1]:27019", "/tmp/A.sock"], s.Hosts.Select(h => h.ToString()));
        Assert.Equal("app", s.Database);
        Assert.Equal("p@ss", s.Credential!.Password);
        Assert.Equal("app", s.Credential.Source);
        Assert.Equal(7, s.MaxPoolSize);
        Assert.Equal(TimeSpan.FromMilliseconds(1500), s.MaxIdleTime);
        Assert.Equal(["zlib", "snappy"], s.Compressors);
        Assert.Equal(new WriteConcern { Mode = "majority", Journal = true }, s.WriteConcern);
        Assert.Null(s.MinPoolSize);
        Assert.Empty(s.Warnings);
    }

    [Theory]
    [InlineData("")]
    [InlineData("mongo://localhost")]
    [InlineData("MONGODB://localhost")]
    [InlineData("localhost:27017")]
    public void Another_scheme_is_named(string uri) => Refused(uri, "scheme");

    [Theory]
    [InlineData("mongodb://", "hosts")]
    [InlineData("mongodb://a,", "host 2")]
    [InlineData("mongodb://a,,b", "host 2")]
    [InlineData("mongodb://a:27017,b:x", "port of host 2")]
    [InlineData("mongodb://a:", "port of host 1")]
    [InlineData("mongodb://a:+1", "port of host 1")]
    [InlineData("mongodb://a:99999999999999", "port of host 1")]
    [InlineData("mongodb://a::1", "port of host 1")]
    [InlineData("mongodb://::1", "host 1")]
    [InlineData("mongodb://[::1", "host 1")]
    [InlineData("mongodb://[::1]x", "host 1")]
    [InlineData("mongodb://[localhost]", "host 1")]
    [InlineData("mongodb://[127.0.0.1]", "host 1")]
    [InlineData("mongodb://[::1]:0", "port of host 1")]
    [InlineData("mongodb://a%", "host 1")]
    [InlineData("mongodb://a%FF", "host 1")]
    [InlineData("mongodb://a b", "host 1")]
    [InlineData("mongodb://a%00b", "host 1")]
    [InlineData("mongodb://%2Ftmp%2Fserver", "host 1")]
    [InlineData("mongodb://%2Ftmp%2Fa.sock:27017", "port of host 1")]
    [InlineData("mongodb:///tmp/a.sock", "hosts")]
    public void A_bad_host_is_named_by_its_position(string uri, string part) => Refused(uri, part);

    [Theory]
    [InlineData("mongodb://a:b:c@h")]
    [InlineData("mongodb://a@b@h")]
    [InlineData("mongodb://a%zz@h")]
    [InlineData("mongodb://a:%@h")]
    [InlineData("mongodb://a:%FF@h")]
    [InlineData("mongodb://:password@h")]
    [InlineData("mongodb://a:b/c@h")]
    [InlineData("mongodb://a:1/c@h")]
    [InlineData("mongodb://u@h/?authMechanism=SCRAM-SHA-256")]
    public void Bad_user_information_is_named(string uri) => Refused(uri, "user information");

    [Theory]
    [InlineData("mongodb://h/a/b")]
    [InlineData("mongodb://h/a%2Fb")]
    [InlineData("mongodb://h/a%5Cb")]
    [InlineData("mongodb://h/a b")]
    [InlineData("mongodb://h/%22")]
    [InlineData("mongodb://h/$a")]
    [InlineData("mongodb://h/a%")]
    public void A_bad_database_is_named(string uri) => Refused(uri, "database");

    [Theory]
    [InlineData("?w", "option 1")]
    [InlineData("?w=1&journal", "option 2")]
    [InlineData("?=1", "option 1")]
    [InlineData("?authSource=", "option authSource")]
    [InlineData("?appname=%zz", "option appname")]
    [InlineData("?tls=true&ssl=false", "option tls")]
    [InlineData("?tls=true&tls=false", "option tls")]
    [InlineData("?tlsInsecure=x&tlsAllowInvalidHostnames=y", "option tlsInsecure")]
    [InlineData("?srvMaxHosts=1", "option srvMaxHosts")]
    [InlineData("?srvServiceName=x", "option srvServiceName")]
    [InlineData("?proxyPort=1", "option proxyPort")]
    [InlineData("?loadBalanced=true&replicaSet=a", "option loadBalanced")]
    [InlineData("?loadBalanced=true&directConnection=true", "option loadBalanced")]
    [InlineData(",b/?loadBalanced=true", "option loadBalanced")]
    [InlineData(",b/?directConnection=true", "option directConnection")]
    [InlineData("?maxStalenessSeconds=120", "option maxStalenessSeconds")]
    [InlineData("?readPreference=primary&maxStalenessSeconds=120", "option maxStalenessSeconds")]
    [InlineData("?readPreferenceTags=a:b", "option readPreferenceTags")]
    [InlineData("?minPoolSize=6&maxPoolSize=5", "option minPoolSize")]
    [InlineData("?w=0&journal=true", "option w")]
    [InlineData("?authMechanism=MONGODB-CR", "option authMechanism")]
    [InlineData("?authMechanism=MONGODB-OIDC", "option authMechanismProperties")]
    [InlineData(
        "?authMechanism=MONGODB-OIDC&authMechanismProperties=ENVIRONMENT:k8s,TOKEN_RESOURCE:a",
        "option authMechanismProperties"
    )]
    [InlineData(
        "?authMechanism=MONGODB-OIDC&authMechanismProperties=ENVIRONMENT:test,ALLOWED_HOSTS:a",
        "option authMechanismProperties"
    )]
    [InlineData("?authMechanism=MONGODB-X509&authMechanismProperties=A:b", "option authMechanismProperties")]
    public void A_bad_option_or_a_contradiction_is_named(string options, string part) =>
        Refused("mongodb://a" + options, part);

    [Theory]
    [InlineData("mongodb+srv://a,b")]
    [InlineData("mongodb+srv://a:27017")]
    [InlineData("mongodb+srv://")]
    [InlineData("mongodb+srv://127.0.0.1")]
    [InlineData("mongodb+srv://[::1]")]
    [InlineData("mongodb+srv://a..b")]
    [InlineData("mongodb+srv://%2Ftmp%2Fa.sock")]
    public void A_name_that_cannot_be_looked_up_is_refused(string uri) => Refused(uri, "host");

    [Theory]
    [InlineData("mongodb+srv://h/?directConnection=true", "option directConnection")]
    [InlineData("mongodb+srv://h/?srvMaxHosts=1&replicaSet=a", "option srvMaxHosts")]
    [InlineData("mongodb+srv://h/?srvMaxHosts=1&loadBalanced=true", "option loadBalanced")]
    public void Rules_of_srv_name_the_option(string uri, string part) => Refused(uri, part);

    [Theory]
    [InlineData("maxPoolSize=-1")]
    [InlineData("maxPoolSize=1.5")]
    [InlineData("maxPoolSize= 1")]
    [InlineData("maxPoolSize=4294967296")]
    [InlineData("maxPoolSize=")]
    [InlineData("maxConnecting=0")]
    [InlineData("heartbeatFrequencyMS=499")]
    [InlineData("serverSelectionTimeoutMS=0")]
    [InlineData("waitQueueTimeoutMS=0")]
    [InlineData("maxStalenessSeconds=89")]
    [InlineData("zlibCompressionLevel=10")]
    [InlineData("zlibCompressionLevel=-2")]
    [InlineData("wTimeoutMS=-1")]
    [InlineData("w=-1")]
    [InlineData("w=99999999999")]
    [InlineData("w=")]
    [InlineData("journal=maybe")]
    [InlineData("journal=")]
    [InlineData("replicaSet=")]
    [InlineData("readPreference=primarypreferred")]
    [InlineData("readPreferenceTags=dc")]
    [InlineData("compressors=lz4")]
    [InlineData("fsync=true")]
    [InlineData("proxyUsername=")]
    public void An_invalid_value_or_an_unknown_option_is_ignored_with_a_warning(string option)
    {
        var s = ConnectionString.Parse("mongodb://h/?" + option);
        Assert.Contains(option[..option.IndexOf('=')], Assert.Single(s.Warnings), StringComparison.Ordinal);
        Assert.Equal(ConnectionString.Parse("mongodb://h/").WriteConcern, s.WriteConcern);
        Assert.Null(s.MaxPoolSize ?? s.MaxConnecting ?? s.MaxStalenessSeconds ?? s.ZlibCompressionLevel);
        Assert.Null(s.HeartbeatFrequency ?? s.ServerSelectionTimeout ?? s.WaitQueueTimeout);
        Assert.Null(s.ReplicaSet ?? s.ReadPreference ?? s.ProxyUsername);
        Assert.Null(s.Compressors);
        Assert.Null(s.ReadPreferenceTags);
    }

    [Fact]
    public void A_long_appname_is_ignored_with_a_warning()
    {
        Assert.Equal(
            128,
            ConnectionString.Parse("mongodb://h/?appname=" + new string('a', 128)).AppName!.Length
        );
        var tooLong = ConnectionString.Parse("mongodb://h/?appname=" + new string('a', 129));
        Assert.Null(tooLong.AppName);
        Assert.Single(tooLong.Warnings);
    }

    [Theory]
    [InlineData("1", true)]
    [InlineData("yes", true)]
    [InlineData("y", true)]
    [InlineData("t", true)]
    [InlineData("True", true)]
    [InlineData("0", false)]
    [InlineData("-1", false)]
    [InlineData("no", false)]
    [InlineData("n", false)]
    [InlineData("f", false)]
    public void Old_ways_of_writing_a_boolean_work_with_a_warning(string value, bool expected)
    {
        var s = ConnectionString.Parse($"mongodb://h/?retryReads={value}");
        Assert.Equal(expected, s.RetryReads);
        Assert.Single(s.Warnings);
    }

    [Fact]
    public void Repeated_options_and_old_names_are_warned_about()
    {
        var repeated = ConnectionString.Parse("mongodb://h/?maxPoolSize=1&MAXPOOLSIZE=2");
        Assert.Equal(2, repeated.MaxPoolSize);
        Assert.Single(repeated.Warnings);

        var old = ConnectionString.Parse("mongodb://h/?wtimeout=5");
        Assert.Equal(5, old.WriteConcern.WTimeoutMS);
        Assert.Single(old.Warnings);

        var both = ConnectionString.Parse("mongodb://h/?wtimeout=5&wtimeoutMS=10");
        Assert.Equal(10, both.WriteConcern.WTimeoutMS);
        Assert.Single(both.Warnings);

        var kerberos = ConnectionString.Parse("mongodb://a@h/?authMechanism=GSSAPI&gssapiServiceName=other");
        Assert.Equal("other", kerberos.Credential!.Properties["service_name"]);
        Assert.Single(kerberos.Warnings);
    }

    [Fact]
    public void Compressors_that_are_not_known_are_left_out_with_a_warning()
    {
        var s = ConnectionString.Parse("mongodb://h/?compressors=lz4,zlib,zlib");
        Assert.Equal(["zlib"], s.Compressors);
        Assert.Single(s.Warnings);
    }

    [Fact]
    public void Tag_sets_keep_their_order_and_may_be_empty()
    {
        var s = ConnectionString.Parse(
            "mongodb://h/?readPreference=secondary&readPreferenceTags=dc:ny,rack:1&readPreferenceTags=dc:la&readPreferenceTags="
        );
        Assert.Equal([2, 1, 0], s.ReadPreferenceTags!.Select(t => t.Count));
        Assert.Equal("la", s.ReadPreferenceTags![1]["dc"]);
    }

    [Theory]
    [InlineData("mongodb://h/", false)]
    [InlineData("mongodb://h/?tls=true", true)]
    [InlineData("mongodb://h/?ssl=true", true)]
    [InlineData("mongodb://h/?tlsCAFile=ca.pem", true)]
    [InlineData("mongodb://h/?tls=false&tlsCAFile=ca.pem", false)]
    [InlineData("mongodb+srv://h.example.com/", true)]
    [InlineData("mongodb+srv://h.example.com/?tls=false", false)]
    public void TLS_is_used_when_it_is_asked_for_or_implied(string uri, bool expected) =>
        Assert.Equal(expected, ConnectionString.Parse(uri).UsesTls);

    private static void Refused(string uri, string part)
    {
        var refusal = Assert.Throws<ConnectionStringException>(() => ConnectionString.Parse(uri));
        Assert.Equal(part, refusal.Part);
        Assert.StartsWith(part + ": ", refusal.Message, StringComparison.Ordinal);
    }
}
