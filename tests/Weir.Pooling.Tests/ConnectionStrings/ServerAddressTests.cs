using System.Net;
using System.Net.Sockets;
using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Tests.ConnectionStrings;

public class ServerAddressTests
{
    [Theory]
    [InlineData("Host", "host:27017")]
    [InlineData("host:1", "host:1")]
    [InlineData("[FE80::1]", "[fe80::1]:27017")]
    [InlineData("[::1]:27018", "[::1]:27018")]
    [InlineData("10.0.0.1:27018", "10.0.0.1:27018")]
    [InlineData("%2Ftmp%2FA.sock", "/tmp/A.sock")]
    [InlineData("/tmp/A.sock", "/tmp/A.sock")]
    [InlineData("mongodb.sock", "mongodb.sock:27017")]
    [InlineData("b%C3%BCcher.example", "b\u00FCcher.example:27017")]
    public void An_address_is_read_and_written(string text, string expected)
    {
        var address = ServerAddress.Parse(text);
        Assert.Equal(expected, address.ToString());
        Assert.Equal(address, ServerAddress.Parse(expected));
    }

    [Theory]
    [InlineData("")]
    [InlineData("host:x")]
    [InlineData("[::1")]
    [InlineData("/tmp/server")]
    public void What_is_no_address_is_refused(string text) =>
        Assert.Throws<ConnectionStringException>(() => ServerAddress.Parse(text));

    [Fact]
    public void The_network_gets_the_end_point_of_its_kind()
    {
        Assert.IsType<DnsEndPoint>(ServerAddress.Parse("localhost").ToEndPoint());
        Assert.IsType<IPEndPoint>(ServerAddress.Parse("127.0.0.1").ToEndPoint());
        Assert.IsType<IPEndPoint>(ServerAddress.Parse("[::1]").ToEndPoint());
        Assert.IsType<UnixDomainSocketEndPoint>(ServerAddress.Parse("/tmp/a.sock").ToEndPoint());
    }
}
