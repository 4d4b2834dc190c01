using Weir.Cli.Configuration;

namespace Weir.Cli.Tests.Configuration;

public class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:27018", "127.0.0.1:27018", true)]
    [InlineData("localhost:0", "127.0.0.1:0", true)]
    [InlineData("[::1]:27018", "[::1]:27018", true)]
    [InlineData("*:27018", "[::]:27018", false)]
    [InlineData("0.0.0.0:27018", "0.0.0.0:27018", false)]
    [InlineData("192.0.2.1:1", "192.0.2.1:1", false)]
    [InlineData("unix:/run/weir.sock", "/run/weir.sock", true)]
    public void An_address_is_read_as_people_write_it(string text, string expected, bool local)
    {
        Assert.True(ListenAddress.TryParse(text, out var endPoint, out _));

        Assert.Equal(expected, endPoint.ToString());
        Assert.Equal(local, ListenAddress.IsLocal(endPoint));
    }

    [Theory]
    [InlineData("", "'' has no port")]
    [InlineData(":27018", "':27018' has no port")]
    [InlineData("127.0.0.1", "'127.0.0.1' has no port")]
    [InlineData("127.0.0.1:", "'' is not a port")]
    [InlineData("127.0.0.1:65536", "'65536' is not a port")]
    [InlineData("127.0.0.1:-1", "'-1' is not a port")]
    [InlineData("db.example.org:27018", "'db.example.org' is not an address to listen on")]
    [InlineData("::1:27018", "'::1' is not an address to listen on")]
    [InlineData("[::1:27018", "'[::1' is not an address to listen on")]
    [InlineData("unix:", "unix: is not followed by a path")]
    public void Anything_else_is_refused_with_the_reason(string text, string reason)
    {
        Assert.False(ListenAddress.TryParse(text, out _, out var said));

        Assert.StartsWith(reason, said, StringComparison.Ordinal);
    }
}
