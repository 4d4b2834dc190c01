using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;

namespace Weir.Testing.Dns;

/// <summary>
/// A name server of a test's own, on loopback over UDP and TCP with one port. It answers from a zone; a test may have
/// it cut, change or swallow its answers.
/// </summary>
internal sealed class DnsResponder : IAsyncDisposable
{
    private readonly Socket _datagrams;
    private readonly Socket _listener;
    private readonly CancellationTokenSource _stop = new();
    private readonly Task _running;
    private readonly Lock _gate = new();
    private TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _overUdp;
    private int _overTcp;

    public DnsResponder(IPAddress? address = null)
    {
        (_datagrams, _listener) = Bind(address ?? IPAddress.Loopback);
        EndPoint = (IPEndPoint)_datagrams.LocalEndPoint!;
        _running = Task.WhenAll(ServeDatagramsAsync(), ServeConnectionsAsync());
    }

    public DnsZone Zone { get; } = new();

    public IPEndPoint EndPoint { get; }

    /// <summary>Whether an answer over UDP is cut short, so that it must be asked for over TCP.</summary>
    public bool Truncates { get; set; }

    /// <summary>What is sent, in datagrams, instead of the answer over UDP.</summary>
    public Func<byte[], IEnumerable<byte[]>> OverUdp { get; set; } = static reply => [reply];

    /// <summary>What is sent instead of the answer over TCP.</summary>
    public Func<byte[], byte[]> OverTcp { get; set; } = static reply => reply;

    public int AskedOverUdp => Volatile.Read(ref _overUdp);

    public int AskedOverTcp => Volatile.Read(ref _overTcp);

    /// <summary>Completes once that many questions have come over UDP.</summary>
    public async Task AskedAsync(int count, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task asked;
            lock (_gate)
            {
                asked = _asked.Task;
            }
            if (AskedOverUdp >= count)
            {
                return;
            }
            await asked.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _datagrams.Dispose();
        _listener.Dispose();
        await _running;
        _stop.Dispose();
    }

    /// <summary>The answer with an error in place of the records.</summary>
    public static IEnumerable<byte[]> WithCode(byte[] reply, int code)
    {
        reply[3] = (byte)((reply[3] & 0xf0) | code);
        yield return reply;
    }

    private static (Socket, Socket) Bind(IPAddress address)
    {
        for (var attempt = 0; ; attempt++)
        {
            var datagrams = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            var listener = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            try
            {
                datagrams.Bind(new IPEndPoint(address, 0));
                listener.Bind(datagrams.LocalEndPoint!);
                listener.Listen();
                return (datagrams, listener);
            }
            catch (SocketException) when (attempt < 50)
            {
                // Somebody has the port for TCP.
                datagrams.Dispose();
                listener.Dispose();
            }
        }
    }

    private async Task ServeDatagramsAsync()
    {
        var buffer = new byte[4096];
        await UntilStoppedAsync(async () =>
        {
            var received = await _datagrams.ReceiveFromAsync(buffer, EndPoint, _stop.Token);
            var reply = Zone.Answer(buffer.AsSpan(0, received.ReceivedBytes));
            if (reply is null)
            {
                return;
            }
            if (Truncates)
            {
                // Somewhere within the first record.
                reply = reply[..Math.Min(reply.Length, received.ReceivedBytes + 7)];
                reply[2] |= 0x02;
            }
            // Before the answer: whoever has that may look at the count.
            Note();
            foreach (var datagram in OverUdp(reply))
            {
                await _datagrams.SendToAsync(datagram, received.RemoteEndPoint, _stop.Token);
            }
        });
    }

    private void Note()
    {
        TaskCompletionSource asked;
        lock (_gate)
        {
            Interlocked.Increment(ref _overUdp);
            asked = _asked;
            _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
        }
        asked.SetResult();
    }

    private Task ServeConnectionsAsync() =>
        UntilStoppedAsync(async () =>
        {
            using var connection = await _listener.AcceptAsync(_stop.Token);
            var size = new byte[2];
            await ReadAsync(connection, size);
            var query = new byte[BinaryPrimitives.ReadUInt16BigEndian(size)];
            await ReadAsync(connection, query);
            Interlocked.Increment(ref _overTcp);
            var reply = OverTcp(Zone.Answer(query)!);
            BinaryPrimitives.WriteUInt16BigEndian(size, (ushort)reply.Length);
            // In pieces, as a network may deliver it.
            await connection.SendAsync(size, _stop.Token);
            await connection.SendAsync(reply.AsMemory(0, reply.Length / 2), _stop.Token);
            await connection.SendAsync(reply.AsMemory(reply.Length / 2), _stop.Token);
            connection.Shutdown(SocketShutdown.Both);
        });

    private async Task ReadAsync(Socket from, Memory<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            var read = await from.ReceiveAsync(bytes, _stop.Token);
            bytes = read > 0 ? bytes[read..] : throw new SocketException((int)SocketError.ConnectionReset);
        }
    }

    private async Task UntilStoppedAsync(Func<Task> step)
    {
        while (!_stop.IsCancellationRequested)
        {
            try
            {
                await step();
            }
            catch (Exception e)
                when (e is OperationCanceledException or ObjectDisposedException or SocketException) { }
        }
    }
}
