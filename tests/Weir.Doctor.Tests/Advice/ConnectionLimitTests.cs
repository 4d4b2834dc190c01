using Weir.Doctor.Advice;

namespace Weir.Doctor.Tests.Advice;

public class ConnectionLimitTests
{
    [Theory]
    [InlineData(500, "c0-shard-00-00.abc.mongodb.net", "Atlas M0 (free), Flex, M2 or M5")]
    [InlineData(1_500, "c0-shard-00-00.abc.mongodb.net", "Atlas M10")]
    [InlineData(777, "c0-shard-00-00.abc.mongodb.net", "Atlas")]
    [InlineData(1_500, "db1", "as on Atlas M10")]
    [InlineData(819, "db1", "0.8 × 1,024 open files")]
    [InlineData(52_428, "db1", "0.8 × 65,536 open files")]
    [InlineData(65_536, "db1", "mongod's own default")]
    [InlineData(777, "db1", null)]
    public void A_limit_tells_where_it_likely_comes_from(int limit, string host, string? expected) =>
        Assert.Equal(expected, ConnectionLimit.Describe(limit, host));
}
