using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>
/// An <c>io_uring</c>: requests go in as entries, one system call submits them all and waits, completions come out.
/// </summary>
/// <remarks>
/// <para>Threads: the one that called <see cref="Start"/>, alone. The kernel does what a request leaves for later only
/// inside <see cref="Enter"/>, so between two calls nothing happens to the sockets on this ring's behalf.</para>
/// <para>Needs Linux 6.1 (<c>DEFER_TASKRUN</c>); every other feature that is used here is older.</para>
/// </remarks>
internal sealed unsafe class Ring : IDisposable
{
    private const int Entries = 512;
    private const int Completions = 4096;

    private const uint SetupCompletions = 1 << 3;
    private const uint SetupDisabled = 1 << 6;
    private const uint SetupSubmitAll = 1 << 7;
    private const uint SetupTaskFlag = 1 << 9;
    private const uint SetupSingleIssuer = 1 << 12;
    private const uint SetupDeferTasks = 1 << 13;
    private const uint Flags =
        SetupCompletions
        | SetupDisabled
        | SetupSubmitAll
        | SetupTaskFlag
        | SetupSingleIssuer
        | SetupDeferTasks;

    private const uint EnterGetEvents = 1;
    private const uint EnterRegisteredRing = 1 << 4;

    private const uint Overflown = 2;
    private const uint HasPutOff = 4;

    private const uint RegisterEnable = 12;
    private const uint RegisterRingDescriptors = 20;
    private const uint RegisterBufferRing = 22;
    private const uint RegisterSyncCancel = 24;

    /// <summary>In nanoseconds; a cancel waits for nothing but what runs on another processor just then.</summary>
    private const long CancelPatience = 100_000_000;

    private const long EntriesOffset = 0x10000000;
    private const int EntrySize = 64;

    private readonly int _descriptor;
    private readonly byte* _rings;
    private readonly nint _ringsLength;
    private readonly byte* _entries;
    private readonly nint _entriesLength;

    private readonly uint* _submitHead;
    private readonly uint* _submitTail;
    private readonly uint* _submitFlags;
    private readonly uint _submitMask;

    private readonly uint* _completeHead;
    private readonly uint* _completeTail;
    private readonly Completion* _completions;
    private readonly uint _completeMask;

    private uint _tail;
    private int _enterDescriptor;
    private uint _enterFlags;

    /// <exception cref="IOException">The system has no such ring, or does not let this process have one.</exception>
    public Ring()
    {
        var parameters = new Parameters { Flags = Flags, CompletionEntries = Completions };
        _descriptor = Libc.RingSetup(Entries, &parameters);
        if (_descriptor < 0)
        {
            throw new IOException($"io_uring_setup: {Errno.Describe(Errno.Last)}");
        }

        _enterDescriptor = _descriptor;
        _ringsLength = (nint)
            Math.Max(
                parameters.Submit.Array + (parameters.SubmitEntries * sizeof(uint)),
                parameters.Complete.Completions + (parameters.CompletionEntries * (uint)sizeof(Completion))
            );
        _entriesLength = (nint)(parameters.SubmitEntries * EntrySize);
        _rings = Map(_ringsLength, 0);
        _entries = Map(_entriesLength, EntriesOffset);
        if (_rings is null || _entries is null)
        {
            Dispose();
            throw new IOException($"mmap: {Errno.Describe(Errno.Last)}");
        }

        _submitHead = (uint*)(_rings + parameters.Submit.Head);
        _submitTail = (uint*)(_rings + parameters.Submit.Tail);
        _submitFlags = (uint*)(_rings + parameters.Submit.Flags);
        _submitMask = parameters.SubmitEntries - 1;
        _completeHead = (uint*)(_rings + parameters.Complete.Head);
        _completeTail = (uint*)(_rings + parameters.Complete.Tail);
        _completions = (Completion*)(_rings + parameters.Complete.Completions);
        _completeMask = parameters.CompletionEntries - 1;

        // The indirection that the kernel offers is not used: entry i is at i.
        var array = (uint*)(_rings + parameters.Submit.Array);
        for (var i = 0u; i < parameters.SubmitEntries; i++)
        {
            array[i] = i;
        }
    }

    /// <summary>Entries that the kernel has not seen yet.</summary>
    public int Pending => (int)(_tail - Volatile.Read(ref *_submitHead));

    public bool IsFull => Pending > (int)_submitMask;

    /// <summary>Whether the kernel has something that only <see cref="Enter"/> brings.</summary>
    public bool HasNews => (Volatile.Read(ref *_submitFlags) & (Overflown | HasPutOff)) != 0;

    /// <summary>Whether it holds completions back that had no room.</summary>
    public bool HasOverflown => (Volatile.Read(ref *_submitFlags) & Overflown) != 0;

    /// <summary>Makes it the calling thread's.</summary>
    public void Start()
    {
        Check(Libc.RingRegister(_descriptor, RegisterEnable, null, 0), "enable");

        // The thread's own number for it saves the look-up of the descriptor at each call. Not vital.
        var update = new DescriptorUpdate { Offset = uint.MaxValue, Data = (ulong)_descriptor };
        if (Libc.RingRegister(_descriptor, RegisterRingDescriptors, &update, 1) == 1)
        {
            _enterDescriptor = (int)update.Offset;
            _enterFlags = EnterRegisteredRing;
        }
    }

    /// <summary>Lends the kernel a ring of buffers for receives.</summary>
    public void Register(BufferRing buffers)
    {
        var registration = new BufferRegistration
        {
            Address = (ulong)buffers.Address,
            Entries = BufferRing.Count,
        };
        Check(Libc.RingRegister(_descriptor, RegisterBufferRing, &registration, 1), "register buffers");
    }

    /// <summary>The next entry, blank; only when it is not full.</summary>
    public ref Entry Next()
    {
        ref var entry = ref Unsafe.AsRef<Entry>(_entries + ((_tail & _submitMask) * EntrySize));
        entry = default;
        _tail++;
        return ref entry;
    }

    /// <summary>Submits what is pending. What the kernel could not take stays so.</summary>
    public void Submit() => Enter(0, 0);

    /// <summary>The same; then the kernel does what it has put off, and waits for a completion if asked to.</summary>
    public void Enter(bool wait) => Enter(wait ? 1u : 0, EnterGetEvents);

    /// <summary>Takes the next completion.</summary>
    public bool TryTake(out Completion completion)
    {
        var head = *_completeHead;
        if (head == Volatile.Read(ref *_completeTail))
        {
            completion = default;
            return false;
        }

        completion = _completions[head & _completeMask];
        Volatile.Write(ref *_completeHead, head + 1);
        return true;
    }

    /// <summary>Ends all requests on a descriptor before it returns; their completions follow.</summary>
    public void CancelNow(int descriptor)
    {
        var cancel = new SyncCancel
        {
            Descriptor = descriptor,
            Flags = Entry.CancelDescriptor | Entry.CancelAll,
            Nanoseconds = CancelPatience,
        };
        _ = Libc.RingRegister(_descriptor, RegisterSyncCancel, &cancel, 1);
    }

    public void Dispose()
    {
        _ = Libc.Unmap(_rings, _ringsLength);
        _ = Libc.Unmap(_entries, _entriesLength);
        _ = Libc.Close(_descriptor);
    }

    private static void Check(int result, string what)
    {
        if (result < 0)
        {
            throw new IOException($"io_uring, {what}: {Errno.Describe(Errno.Last)}");
        }
    }

    private void Enter(uint completions, uint flags)
    {
        Volatile.Write(ref *_submitTail, _tail);
        _ = Libc.RingEnter(_enterDescriptor, (uint)Pending, completions, flags | _enterFlags, null, 0);
    }

    private byte* Map(nint length, long offset)
    {
        const int ReadWrite = 3;
        const int SharedPopulated = 1 | 0x8000;
        var mapped = Libc.Map(null, length, ReadWrite, SharedPopulated, _descriptor, offset);
        return (nint)mapped == -1 ? null : mapped;
    }

    /// <summary><c>struct io_uring_cqe</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Completion
    {
        public ulong Key;
        public int Result;
        public uint Flags;

        /// <summary>The request goes on and will complete again.</summary>
        public readonly bool HasMore => (Flags & 2) != 0;

        /// <summary>It filled a buffer of the ring.</summary>
        public readonly bool HasBuffer => (Flags & 1) != 0;

        public readonly int Buffer => (int)(Flags >> 16);
    }

    /// <summary><c>struct io_uring_sqe</c>.</summary>
    [StructLayout(LayoutKind.Explicit, Size = EntrySize)]
    public struct Entry
    {
        public const byte PollAdd = 6;
        public const byte AsyncCancel = 14;
        public const byte Send = 26;
        public const byte Receive = 27;

        public const byte SelectBuffer = 1 << 5;
        public const byte SilentSuccess = 1 << 6;

        public const ushort ReceiveMultishot = 2;
        public const uint PollMultishot = 1;
        public const uint CancelAll = 1;
        public const uint CancelDescriptor = 2;

        [FieldOffset(0)]
        public byte Operation;

        [FieldOffset(1)]
        public byte Flags;

        [FieldOffset(2)]
        public ushort Options;

        [FieldOffset(4)]
        public int Descriptor;

        [FieldOffset(16)]
        public byte* Address;

        [FieldOffset(24)]
        public uint Length;

        /// <summary>Of the operation's own: message flags, poll events, cancel flags.</summary>
        [FieldOffset(28)]
        public uint OperationFlags;

        [FieldOffset(32)]
        public ulong Key;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct Parameters
    {
        public uint SubmitEntries;
        public uint CompletionEntries;
        public uint Flags;
        public uint ThreadCpu;
        public uint ThreadIdle;
        public uint Features;
        public uint Queue;
        public uint Reserved0;
        public ulong Reserved1;
        public SubmitOffsets Submit;
        public CompleteOffsets Complete;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct SubmitOffsets
    {
        public uint Head;
        public uint Tail;
        public uint Mask;
        public uint Entries;
        public uint Flags;
        public uint Dropped;
        public uint Array;
        public uint Reserved;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    public struct CompleteOffsets
    {
        public uint Head;
        public uint Tail;
        public uint Mask;
        public uint Entries;
        public uint Overflow;
        public uint Completions;
        public uint Flags;
        public uint Reserved;
        public ulong Address;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct DescriptorUpdate
    {
        public uint Offset;
        public uint Reserved;
        public ulong Data;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct BufferRegistration
    {
        public ulong Address;
        public uint Entries;
        public ushort Group;
        public ushort Flags;
        public ulong Reserved0;
        public ulong Reserved1;
        public ulong Reserved2;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct SyncCancel
    {
        public ulong Key;
        public int Descriptor;
        public uint Flags;
        public long Seconds;
        public long Nanoseconds;
        public ulong Reserved0;
        public ulong Reserved1;
        public ulong Reserved2;
        public ulong Reserved3;
    }
}
