using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>An <c>epoll</c> instance with room for the events of one wait.</summary>
internal sealed unsafe class EventSet : IDisposable
{
    public const uint In = 0x001;
    public const uint Out = 0x004;
    public const uint Error = 0x008;
    public const uint Hangup = 0x010;
    public const uint PeerHangup = 0x2000;
    public const uint EdgeTriggered = 1u << 31;

    private const int Add = 1;
    private const int Remove = 2;
    private const int Modify = 3;
    private const int CloseOnExec = 0x80000;
    private const int Capacity = 256;

    // struct epoll_event is packed on x64 and naturally aligned everywhere else.
    private static readonly int _stride = IsPacked ? 12 : 16;
    private static readonly int _keyOffset = IsPacked ? 4 : 8;

    private readonly int _epoll;
    private readonly byte* _events;

    public EventSet()
    {
        _epoll = Libc.EpollCreate(CloseOnExec);
        if (_epoll < 0)
        {
            throw new IOException($"epoll_create1: {Errno.Describe(Errno.Last)}");
        }

        _events = (byte*)NativeMemory.AllocZeroed((nuint)(Capacity * _stride));
    }

    private static bool IsPacked => RuntimeInformation.ProcessArchitecture == Architecture.X64;

    /// <summary>Starts to watch; <see langword="false"/> when the system has no room for it.</summary>
    public bool TryAdd(int descriptor, uint events, ulong key) => Control(Add, descriptor, events, key);

    /// <summary>Changes what is watched; what is the case already is reported again.</summary>
    public void Change(int descriptor, uint events, ulong key) => Control(Modify, descriptor, events, key);

    /// <summary>Stops watching. Any thread; events that were fetched before may still be on their way.</summary>
    public void Drop(int descriptor) => Control(Remove, descriptor, 0, 0);

    /// <summary>Waits for events: their number. Interrupted: 0.</summary>
    public int Wait(int timeoutMilliseconds) =>
        Math.Max(0, Libc.EpollWait(_epoll, _events, Capacity, timeoutMilliseconds));

    public uint EventsAt(int index) => Unsafe.ReadUnaligned<uint>(_events + (index * _stride));

    public ulong KeyAt(int index) => Unsafe.ReadUnaligned<ulong>(_events + (index * _stride) + _keyOffset);

    public void Dispose()
    {
        _ = Libc.Close(_epoll);
        NativeMemory.Free(_events);
    }

    private bool Control(int operation, int descriptor, uint events, ulong key)
    {
        var @event = stackalloc byte[16];
        Unsafe.WriteUnaligned(@event, events);
        Unsafe.WriteUnaligned(@event + _keyOffset, key);
        return Libc.EpollControl(_epoll, operation, descriptor, @event) == 0;
    }
}
