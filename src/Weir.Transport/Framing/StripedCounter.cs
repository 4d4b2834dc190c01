using System.Runtime.InteropServices;

namespace Weir.Transport.Framing;

/// <summary>
/// A counter that threads add to without sharing a cache line. Only the sum means something: a thread may
/// subtract what another one added.
/// </summary>
internal sealed class StripedCounter
{
    private const int Stripes = 16;

    private readonly Cell[] _cells = new Cell[Stripes];

    public long Sum
    {
        get
        {
            long sum = 0;
            for (var i = 0; i < Stripes; i++)
            {
                sum += Volatile.Read(ref _cells[i].Value);
            }

            return sum;
        }
    }

    public void Add(long value) =>
        Interlocked.Add(ref _cells[Environment.CurrentManagedThreadId & (Stripes - 1)].Value, value);

    [StructLayout(LayoutKind.Explicit, Size = 128)]
    private struct Cell
    {
        [FieldOffset(0)]
        public long Value;
    }
}
