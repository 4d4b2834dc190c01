using System.Net;
using Weir.Transport;

namespace Weir.Bench;

/// <summary><c>Weir.Bench server ADDRESS</c>: says its address, then answers <c>peak</c> and <c>reset</c> until its
/// standard input ends.</summary>
internal static class ServerProgram
{
    public static async Task<int> RunAsync(IPEndPoint address)
    {
        var server = new CannedServer();
        await using var network = Network.CreateDefault();
        await using var listener = server.Listen(network, address);
        await Console.Out.WriteLineAsync(listener.LocalEndPoint.ToString());
        while (await Console.In.ReadLineAsync() is { } question)
        {
            if (question == "reset")
            {
                server.ResetPeak();
            }

            await Console.Out.WriteLineAsync($"{server.Peak}");
        }

        return 0;
    }
}
