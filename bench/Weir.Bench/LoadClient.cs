using System.Buffers.Binary;
using System.Diagnostics;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>One client: an operation, its whole reply, the next operation.</summary>
internal sealed class LoadClient(Channel channel)
{
    private const int RequestIdOffset = 4;
    private const int ResponseToOffset = 8;

    private static int s_lastRequestId;

    private readonly byte[] _reply = new byte[2048];

    public LatencyHistogram Latencies { get; } = new();

    public long Errors { get; private set; }

    /// <summary>The beginning of the last reply.</summary>
    public ReadOnlySpan<byte> Reply => _reply;

    /// <param name="operation">What it does.</param>
    /// <param name="window">For how long.</param>
    /// <param name="interval">From the beginning of one operation to that of the next; null: as fast as it goes.</param>
    public async Task RunAsync(Operation operation, LoadWindow window, TimeSpan? interval)
    {
        var request = operation.Request.AsSpan().ToArray();
        var getMore = Requests.GetMore.AsSpan().ToArray();
        var pace = interval is { } length ? new Pace(length) : null;
        while (!window.IsOver)
        {
            var started = pace is null ? Stopwatch.GetTimestamp() : await pace.NextAsync();
            if (!await operation.RunAsync(this, request, getMore))
            {
                Errors++;
                return;
            }

            if (window.IsMeasured)
            {
                Latencies.Add(Stopwatch.GetElapsedTime(started));
            }
        }
    }

    /// <summary>Sends the caller's own copy of a message, with a request id of its own, and receives the whole
    /// reply; <see langword="false"/> when the other side went away or the reply was somebody else's.</summary>
    public async ValueTask<bool> ExchangeAsync(byte[] request)
    {
        var requestId = Interlocked.Increment(ref s_lastRequestId);
        BinaryPrimitives.WriteInt32LittleEndian(request.AsSpan(RequestIdOffset), requestId);
        if (!await channel.SendAsync(request))
        {
            return false;
        }

        var filled = 0;
        while (filled < sizeof(int) || filled < BinaryPrimitives.ReadInt32LittleEndian(_reply))
        {
            // Of a long reply the beginning is kept; what follows goes to the thread's spare bytes.
            var room = filled < _reply.Length ? _reply.AsMemory(filled) : Spare;
            var received = await channel.ReceiveAsync(room);
            if (received == 0)
            {
                return false;
            }

            filled += received;
        }

        return BinaryPrimitives.ReadInt32LittleEndian(_reply.AsSpan(ResponseToOffset)) == requestId;
    }

    [ThreadStatic]
    private static byte[]? t_spare;

    private static Memory<byte> Spare => t_spare ??= new byte[256 * 1024];
}
