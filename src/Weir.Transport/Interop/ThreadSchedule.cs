using Microsoft.Win32.SafeHandles;
using Weir.Transport.Loops;

namespace Weir.Transport.Interop;

/// <summary>The scheduler of Linux. Made and used by one thread, whose schedule it is.</summary>
internal sealed unsafe class ThreadSchedule : IThreadSchedule, IDisposable
{
    private const int Normal = 0;
    private const int Batch = 3;

    private readonly SafeFileHandle? _counts = Open();

    public bool TryYield(bool yields)
    {
        var priority = 0;
        return Libc.SetScheduler(0, yields ? Batch : Normal, &priority) == 0;
    }

    public bool TryRead(out ThreadWaits waits)
    {
        waits = default;
        if (_counts is null)
        {
            return false;
        }

        // Nanoseconds on a processor, nanoseconds waiting for one, times it got one.
        Span<byte> line = stackalloc byte[96];
        line = line[..RandomAccess.Read(_counts, line, 0)].TrimEnd((byte)'\n');
        Span<long> numbers = stackalloc long[3];
        var count = 0;
        foreach (var part in line.Split((byte)' '))
        {
            if (count == numbers.Length || !long.TryParse(line[part], out numbers[count++]))
            {
                return false;
            }
        }

        waits = new ThreadWaits(numbers[1] / 1e6, numbers[2]);
        return count == numbers.Length;
    }

    public void Dispose() => _counts?.Dispose();

    private static SafeFileHandle? Open()
    {
        try
        {
            return File.OpenHandle("/proc/thread-self/schedstat");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
