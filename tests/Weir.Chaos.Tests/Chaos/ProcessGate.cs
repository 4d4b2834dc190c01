using Weir.Transport.Framing;

namespace Weir.Chaos.Tests.Chaos;

/// <summary>What the process holds: it must be no more at the end than it was at the beginning.</summary>
internal sealed class ProcessGate
{
    private readonly int _descriptors = Descriptors();
    private readonly long _buffers = BufferPool.OutstandingCount;

    public async Task IsAsBeforeAsync(string seed)
    {
        await Eventually.HoldsAsync(
            () => BufferPool.OutstandingCount <= _buffers,
            () => $"{seed}: every buffer was returned: {BufferPool.OutstandingCount}, before {_buffers}"
        );
        await Eventually.HoldsAsync(
            () => Descriptors() <= _descriptors,
            () => $"{seed}: every descriptor was closed: {Descriptors()}, before {_descriptors}"
        );
    }

    /// <summary>All but those of assemblies, which the runtime opens when they are needed first and keeps.</summary>
    private static int Descriptors() =>
        Directory
            .GetFiles("/proc/self/fd")
            .Count(path => new FileInfo(path).LinkTarget?.EndsWith(".dll", StringComparison.Ordinal) != true);
}
