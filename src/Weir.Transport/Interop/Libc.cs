using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>
/// The C library's functions, as they are; after one that failed, <see cref="Errno.Last"/> says why. The runtime finds
/// the right file behind "libc".
/// </summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    [LibraryImport(Name, EntryPoint = "epoll_create1")]
    public static partial int EpollCreate(int flags);

    [LibraryImport(Name, EntryPoint = "epoll_ctl")]
    public static partial int EpollControl(int epoll, int operation, int descriptor, byte* @event);

    [LibraryImport(Name, EntryPoint = "epoll_wait")]
    public static partial int EpollWait(int epoll, byte* events, int max, int timeout);

    [LibraryImport(Name, EntryPoint = "eventfd")]
    public static partial int EventDescriptor(uint initial, int flags);

    [LibraryImport(Name, EntryPoint = "write")]
    public static partial nint Write(int descriptor, byte* data, nint length);

    [LibraryImport(Name, EntryPoint = "close")]
    public static partial int Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "socket")]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "bind")]
    public static partial int Bind(int descriptor, byte* address, int length);

    [LibraryImport(Name, EntryPoint = "listen")]
    public static partial int Listen(int descriptor, int backlog);

    [LibraryImport(Name, EntryPoint = "connect")]
    public static partial int Connect(int descriptor, byte* address, int length);

    [LibraryImport(Name, EntryPoint = "accept4")]
    public static partial int Accept(int descriptor, byte* address, int* length, int flags);

    [LibraryImport(Name, EntryPoint = "recv")]
    public static partial nint Receive(int descriptor, byte* buffer, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "send")]
    public static partial nint Send(int descriptor, byte* data, nint length, int flags);

    [LibraryImport(Name, EntryPoint = "sendmsg")]
    public static partial nint SendMessage(int descriptor, MessageHeader* message, int flags);

    [LibraryImport(Name, EntryPoint = "shutdown")]
    public static partial int Shutdown(int descriptor, int how);

    [LibraryImport(Name, EntryPoint = "getsockname")]
    public static partial int GetSocketName(int descriptor, byte* address, int* length);

    [LibraryImport(Name, EntryPoint = "getsockopt")]
    public static partial int GetSocketOption(int descriptor, int level, int name, byte* value, int* length);

    [LibraryImport(Name, EntryPoint = "setsockopt")]
    public static partial int SetSocketOption(int descriptor, int level, int name, byte* value, int length);

    /// <summary>The scheduling of a thread, 0 being the calling one; the parameter is its priority.</summary>
    [LibraryImport(Name, EntryPoint = "sched_setscheduler")]
    public static partial int SetScheduler(int thread, int policy, int* parameter);

    [LibraryImport(Name, EntryPoint = "mmap")]
    public static partial byte* Map(
        byte* address,
        nint length,
        int protection,
        int flags,
        int descriptor,
        long offset
    );

    [LibraryImport(Name, EntryPoint = "munmap")]
    public static partial int Unmap(byte* address, nint length);

    [LibraryImport(Name, EntryPoint = "madvise")]
    public static partial int Advise(byte* address, nint length, int advice);

    // The C library has no functions for io_uring; the numbers are the same on all processors.

    public static int RingSetup(uint entries, Ring.Parameters* parameters) =>
        (int)SystemCall(425, (nint)entries, (nint)parameters, 0, 0, 0, 0);

    public static int RingEnter(int ring, uint submit, uint wait, uint flags, void* argument, nint size) =>
        (int)SystemCall(426, ring, (nint)submit, (nint)wait, (nint)flags, (nint)argument, size);

    public static int RingRegister(int ring, uint operation, void* argument, uint count) =>
        (int)SystemCall(427, ring, (nint)operation, (nint)argument, (nint)count, 0, 0);

    [LibraryImport(Name, EntryPoint = "syscall")]
    private static partial nint SystemCall(
        nint number,
        nint one,
        nint two,
        nint three,
        nint four,
        nint five,
        nint six
    );

    /// <summary><c>struct iovec</c>.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Piece
    {
        public byte* Base;
        public nint Length;
    }

    /// <summary><c>struct msghdr</c> of 64-bit Linux.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct MessageHeader
    {
        public byte* Name;
        public uint NameLength;
        public Piece* Pieces;
        public nint PieceCount;
        public byte* Control;
        public nint ControlLength;
        public int Flags;
    }
}
