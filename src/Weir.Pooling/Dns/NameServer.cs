using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Weir.Pooling.Dns;

/// <summary>One name server: asked over UDP, and again over TCP where the answer is too long for that.</summary>
/// <remarks>
/// A forged answer must guess the id and the port: each question has a random id and a socket of its own, whose port
/// the system draws, and which hears only this server. What does not fit the question is not looked at further.
/// </remarks>
internal sealed class NameServer(IPEndPoint endPoint, TimeProvider time)
{
    // Without extensions no answer over UDP is longer than 512 bytes; some servers do not know that.
    private const int LargestDatagram = 4096;
    private const int MostStrangers = 64;

    /// <summary>Asks once.</summary>
    /// <exception cref="DnsException">There was no answer that can be read.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<DnsReply> AskAsync(
        DnsQuestion question,
        TimeSpan timeout,
        CancellationToken cancellationToken
    )
    {
        using var timer = new CancellationTokenSource(timeout, time);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            var reply = await AskOverUdpAsync(question, limit.Token);
            return reply.IsTruncated ? await AskOverTcpAsync(question, limit.Token) : reply;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Failed(DnsFailure.Timeout, question, $"no answer within {timeout.TotalMilliseconds:0} ms");
        }
        catch (SocketException e)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw Failed(DnsFailure.Unreachable, question, e.Message, e);
        }
        catch (DnsFormatException e)
        {
            throw Failed(DnsFailure.Malformed, question, $"malformed answer: {e.Message}", e);
        }
    }

    public DnsException Failed(
        DnsFailure failure,
        DnsQuestion question,
        string problem,
        Exception? innerException = null
    ) => new(failure, question.ToString(), $"{problem} (name server {this})", innerException);

    public override string ToString() => endPoint.ToString();

    private async Task<DnsReply> AskOverUdpAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var id = NewId();
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
        await socket.ConnectAsync(endPoint, cancellationToken);
        await socket.SendAsync(DnsMessage.WriteQuery(id, question), cancellationToken);
        var buffer = new byte[LargestDatagram];
        for (var strangers = 0; strangers < MostStrangers; strangers++)
        {
            var length = await socket.ReceiveAsync(buffer, cancellationToken);
            if (DnsMessage.ReadReply(buffer.AsSpan(0, length), id, question) is { } reply)
            {
                return reply;
            }
        }
        throw new DnsFormatException($"{MostStrangers} answers to other questions");
    }

    private async Task<DnsReply> AskOverTcpAsync(DnsQuestion question, CancellationToken cancellationToken)
    {
        var id = NewId();
        using var socket = new Socket(endPoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(endPoint, cancellationToken);
        var query = DnsMessage.WriteQuery(id, question);
        var framed = new byte[sizeof(ushort) + query.Length];
        BinaryPrimitives.WriteUInt16BigEndian(framed, (ushort)query.Length);
        query.CopyTo(framed.AsMemory(sizeof(ushort)));
        for (var sent = 0; sent < framed.Length; )
        {
            sent += await socket.SendAsync(framed.AsMemory(sent), cancellationToken);
        }
        var length = BinaryPrimitives.ReadUInt16BigEndian(await ReceiveAsync(socket, sizeof(ushort)));
        var reply = DnsMessage.ReadReply(await ReceiveAsync(socket, length), id, question);
        return reply is { IsTruncated: false }
            ? reply
            : throw new DnsFormatException(
                reply is null ? "over TCP, the answer to another question" : "cut short even over TCP"
            );

        async ValueTask<byte[]> ReceiveAsync(Socket from, int count)
        {
            var bytes = new byte[count];
            for (var received = 0; received < count; )
            {
                var read = await from.ReceiveAsync(bytes.AsMemory(received), cancellationToken);
                received +=
                    read > 0
                        ? read
                        : throw new DnsFormatException("the connection ended before the answer was whole");
            }
            return bytes;
        }
    }

    private static ushort NewId() => (ushort)RandomNumberGenerator.GetInt32(ushort.MaxValue + 1);
}
