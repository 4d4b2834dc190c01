using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace Weir.Transport.Interop;

/// <summary>
/// Non-blocking sockets of Linux by descriptor. Every call answers a result of 0 or more, or an error number
/// below 0; none throws.
/// </summary>
internal static unsafe class NativeSocket
{
    private const int Stream = 1;
    private const int NonBlocking = 0x800;
    private const int CloseOnExec = 0x80000;
    private const int NoSignal = 0x4000;
    private const int PeekFlag = 0x2;

    private const int SocketLevel = 1;
    private const int ReuseAddress = 2;
    private const int ErrorOption = 4;
    private const int KeepAliveOption = 9;
    private const int Linger = 13;
    private const int TcpLevel = 6;
    private const int NoDelay = 1;
    private const int KeepAliveIdle = 4;
    private const int KeepAliveInterval = 5;
    private const int Ip6Level = 41;
    private const int Ip6Only = 26;

    private static readonly IPEndPoint _any = new(IPAddress.Any, 0);
    private static readonly IPEndPoint _anyV6 = new(IPAddress.IPv6Any, 0);

    public static int Create(AddressFamily family) =>
        Result(
            Libc.Socket(
                family switch
                {
                    AddressFamily.Unix => 1,
                    AddressFamily.InterNetworkV6 => 10,
                    _ => 2,
                },
                Stream | NonBlocking | CloseOnExec,
                0
            )
        );

    /// <summary>No delay, and keep-alive; accepted sockets inherit both from the listening one.</summary>
    public static void PrepareTcp(int descriptor, int idleSeconds, int intervalSeconds)
    {
        SetOption(descriptor, TcpLevel, NoDelay, 1);
        SetOption(descriptor, SocketLevel, KeepAliveOption, 1);
        SetOption(descriptor, TcpLevel, KeepAliveIdle, idleSeconds);
        SetOption(descriptor, TcpLevel, KeepAliveInterval, intervalSeconds);
    }

    public static void PrepareListening(int descriptor, AddressFamily family, bool dualMode)
    {
        SetOption(descriptor, SocketLevel, ReuseAddress, 1);
        if (family == AddressFamily.InterNetworkV6)
        {
            SetOption(descriptor, Ip6Level, Ip6Only, dualMode ? 0 : 1);
        }
    }

    public static int Bind(int descriptor, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Result(Libc.Bind(descriptor, bytes, address.Size));
        }
    }

    public static int Listen(int descriptor, int backlog) => Result(Libc.Listen(descriptor, backlog));

    public static int Connect(int descriptor, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            return Result(Libc.Connect(descriptor, bytes, address.Size));
        }
    }

    /// <summary>Accepts; <paramref name="address"/> is filled with the peer's.</summary>
    public static int Accept(int descriptor, SocketAddress address)
    {
        fixed (byte* bytes = address.Buffer.Span)
        {
            var length = address.Buffer.Length;
            var accepted = Result(Libc.Accept(descriptor, bytes, &length, NonBlocking | CloseOnExec));
            address.Size = Math.Min(length, address.Buffer.Length);
            return accepted;
        }
    }

    public static int Receive(int descriptor, Span<byte> buffer)
    {
        fixed (byte* bytes = buffer)
        {
            nint count;
            do
            {
                count = Libc.Receive(descriptor, bytes, buffer.Length, 0);
            } while (WasInterrupted(count));
            return Result(count);
        }
    }

    /// <summary>Whether there is a byte (1), the end (0) or nothing (error "again").</summary>
    public static int Peek(int descriptor)
    {
        byte one;
        nint count;
        do
        {
            count = Libc.Receive(descriptor, &one, 1, PeekFlag);
        } while (WasInterrupted(count));
        return Result(count);
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> data)
    {
        fixed (byte* bytes = data)
        {
            nint count;
            do
            {
                count = Libc.Send(descriptor, bytes, data.Length, NoSignal);
            } while (WasInterrupted(count));
            return Result(count);
        }
    }

    public static int Send(int descriptor, ReadOnlySpan<byte> first, ReadOnlySpan<byte> second)
    {
        fixed (
            byte* one = first,
                other = second
        )
        {
            var pieces = stackalloc Libc.Piece[2];
            pieces[0] = new Libc.Piece { Base = one, Length = first.Length };
            pieces[1] = new Libc.Piece { Base = other, Length = second.Length };
            var message = new Libc.MessageHeader { Pieces = pieces, PieceCount = 2 };
            nint count;
            do
            {
                count = Libc.SendMessage(descriptor, &message, NoSignal);
            } while (WasInterrupted(count));
            return Result(count);
        }
    }

    /// <summary>Tells the peer that nothing more is sent.</summary>
    public static void ShutdownSend(int descriptor) => _ = Libc.Shutdown(descriptor, 1);

    /// <summary>Tells the peer that this side is gone; whatever waits for the socket ends.</summary>
    public static void Shutdown(int descriptor) => _ = Libc.Shutdown(descriptor, 2);

    /// <summary>Makes the next close throw away what is on the way and reset the connection (TCP).</summary>
    public static void ResetOnClose(int descriptor)
    {
        // struct linger: on, for no time.
        var linger = stackalloc int[2];
        linger[0] = 1;
        linger[1] = 0;
        _ = Libc.SetSocketOption(descriptor, SocketLevel, Linger, (byte*)linger, 2 * sizeof(int));
    }

    public static void Close(int descriptor) => _ = Libc.Close(descriptor);

    /// <summary>The error number of a connect that has ended; 0 when it succeeded.</summary>
    public static int TakeError(int descriptor)
    {
        int error;
        var length = sizeof(int);
        return Libc.GetSocketOption(descriptor, SocketLevel, ErrorOption, (byte*)&error, &length) == 0
            ? error
            : Errno.Last;
    }

    public static EndPoint? LocalEndPoint(int descriptor, AddressFamily family)
    {
        if (family == AddressFamily.Unix)
        {
            return null;
        }

        var address = new SocketAddress(family);
        fixed (byte* bytes = address.Buffer.Span)
        {
            var length = address.Buffer.Length;
            if (Libc.GetSocketName(descriptor, bytes, &length) != 0)
            {
                return null;
            }
        }

        return ToEndPoint(address);
    }

    public static EndPoint ToEndPoint(SocketAddress address) =>
        (address.Family == AddressFamily.InterNetworkV6 ? _anyV6 : _any).Create(address);

    private static void SetOption(int descriptor, int level, int name, int value) =>
        _ = Libc.SetSocketOption(descriptor, level, name, (byte*)&value, sizeof(int));

    private static bool WasInterrupted(nint result) => result < 0 && Errno.Last == Errno.Interrupted;

    private static int Result(nint result)
    {
        if (result >= 0)
        {
            return (int)result;
        }

        var errno = Errno.Last;
        return errno == 0 ? -1 : -errno;
    }
}
