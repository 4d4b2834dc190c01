using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>Linux error numbers, and what they are called elsewhere.</summary>
internal static class Errno
{
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int Again = 11;
    public const int NoMemory = 12;
    public const int Access = 13;
    public const int TooManyFilesInSystem = 23;
    public const int TooManyFiles = 24;
    public const int NoBuffers = 105;
    public const int ConnectionRefused = 111;
    public const int InProgress = 115;
    public const int Cancelled = 125;

    /// <summary>
    /// Why the call that has just failed did. Asked only then: to have every call note it costs two calls more, and the
    /// runtime keeps the number where it stops a thread on its way back.
    /// </summary>
    public static int Last => Marshal.GetLastSystemError();

    /// <summary>Whether it means that descriptors or memory have run out.</summary>
    public static bool IsExhaustion(int errno) =>
        errno is TooManyFiles or TooManyFilesInSystem or NoBuffers or NoMemory;

    public static string Describe(int errno) => Marshal.GetPInvokeErrorMessage(errno);

    public static SocketError ToSocketError(int errno) =>
        errno switch
        {
            // A unix socket's file that is not there: as with a port that nobody listens on.
            NoEntry or ConnectionRefused => SocketError.ConnectionRefused,
            1 or Access => SocketError.AccessDenied,
            Again => SocketError.WouldBlock,
            TooManyFiles or TooManyFilesInSystem => SocketError.TooManyOpenSockets,
            22 => SocketError.InvalidArgument,
            97 => SocketError.AddressFamilyNotSupported,
            98 => SocketError.AddressAlreadyInUse,
            99 => SocketError.AddressNotAvailable,
            100 => SocketError.NetworkDown,
            101 => SocketError.NetworkUnreachable,
            103 => SocketError.ConnectionAborted,
            104 => SocketError.ConnectionReset,
            NoBuffers or NoMemory => SocketError.NoBufferSpaceAvailable,
            110 => SocketError.TimedOut,
            112 => SocketError.HostDown,
            113 => SocketError.HostUnreachable,
            _ => SocketError.SocketError,
        };
}
