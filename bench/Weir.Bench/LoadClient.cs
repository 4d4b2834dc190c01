using System.Buffers.Binary;
using System.Diagnostics;
using Weir.Transport;

namespace Weir.Bench;

/// <summary>One client in a closed loop: a request, its whole reply, the next request.</summary>
internal sealed class LoadClient(Channel channel)
{
    private const int RequestIdOffset = 4;
    private const int ResponseToOffset = 8;

    private static int s_lastRequestId;

    private readonly byte[] _reply = new byte[2048];
    private int _filled;

    public LatencyHistogram Latencies { get; } = new();

    public long Errors { get; private set; }

    public async Task RunAsync(byte[] template, LoadWindow window)
    {
        var request = template.AsSpan().ToArray();
        while (!window.IsOver)
        {
            var started = Stopwatch.GetTimestamp();
            if (!await ExchangeAsync(request))
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

        _filled = 0;
        while (_filled < 4 || _filled < BinaryPrimitives.ReadInt32LittleEndian(_reply))
        {
            var received = await channel.ReceiveAsync(_reply.AsMemory(_filled));
            if (received == 0)
            {
                return false;
            }

            _filled += received;
        }

        return BinaryPrimitives.ReadInt32LittleEndian(_reply.AsSpan(ResponseToOffset)) == requestId;
    }
}
