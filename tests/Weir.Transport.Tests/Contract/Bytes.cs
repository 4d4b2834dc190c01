namespace Weir.Transport.Tests.Contract;

internal static class Bytes
{
    /// <summary>Bytes that differ enough for a mix-up to show.</summary>
    public static byte[] Pattern(int length, int seed = 1)
    {
        var bytes = new byte[length];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }

    /// <summary>Receives exactly <paramref name="length"/> bytes, or fewer at the end.</summary>
    public static async Task<byte[]> ReceiveAsync(Channel channel, int length)
    {
        var buffer = new byte[length];
        var filled = 0;
        while (filled < length)
        {
            var count = await channel.ReceiveAsync(buffer.AsMemory(filled));
            if (count == 0)
            {
                break;
            }

            filled += count;
        }

        return buffer[..filled];
    }

    /// <summary>Sends everything back that comes.</summary>
    public static async Task EchoAsync(Channel channel)
    {
        var buffer = new byte[4096];
        while (await channel.WaitToReceiveAsync())
        {
            var count = await channel.ReceiveAsync(buffer);
            if (count == 0 || !await channel.SendAsync(buffer.AsMemory(0, count)))
            {
                return;
            }
        }
    }
}
