using Weir.Transport.Framing;
using Weir.Transport.Tests.Framing;

[assembly: AssemblyFixture(typeof(BufferGate))]

namespace Weir.Transport.Tests.Framing;

/// <summary>After the last test every rented buffer has been returned.</summary>
public sealed class BufferGate : IAsyncLifetime
{
    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public ValueTask DisposeAsync()
    {
        Assert.Equal(0, BufferPool.OutstandingCount);
        Assert.Equal(0, BufferPool.OutstandingBytes);
        return ValueTask.CompletedTask;
    }
}
