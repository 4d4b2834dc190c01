using Weir.Transport.Framing;

namespace Weir.Transport.Tests.Framing;

public sealed class BufferPoolTests
{
    [Fact]
    public void A_buffer_is_at_least_as_long_as_asked()
    {
        foreach (var length in new[] { 1, 16, 1000, 70_000, 48_000_000 })
        {
            var buffer = BufferPool.Rent(length);
            Assert.True(buffer.Length >= length);
            BufferPool.Return(buffer);
        }
    }

#if DEBUG
    [Fact]
    public void A_buffer_returned_twice_throws_in_debug_builds()
    {
        var buffer = BufferPool.Rent(100);
        BufferPool.Return(buffer);
        Assert.Throws<InvalidOperationException>(() => BufferPool.Return(buffer));
    }
#endif
}
