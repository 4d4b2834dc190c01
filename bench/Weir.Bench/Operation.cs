using System.Buffers.Binary;

namespace Weir.Bench;

/// <summary>What a client does again and again: an exchange, or a find and the getMores of its cursor.</summary>
/// <param name="Request">The message.</param>
/// <param name="GetMores">How many getMores the cursor takes that it opens.</param>
internal sealed record Operation(byte[] Request, int GetMores = 0)
{
    public static readonly Operation Ping = new(Requests.Ping);
    public static readonly Operation Find = new(Requests.Find);
    public static readonly Operation BigFind = new(Requests.FindIn("big"));
    public static readonly Operation Insert = new(Requests.Insert);
    public static readonly Operation Chain = new(
        Requests.FindIn("chain"),
        GetMores: CannedServer.Batches - 1
    );

    /// <summary>Does it once, with copies of the messages that are the caller's own.</summary>
    /// <returns><see langword="false"/>: the other side went away, or a reply was somebody else's.</returns>
    public async ValueTask<bool> RunAsync(LoadClient client, byte[] request, byte[] getMore)
    {
        if (!await client.ExchangeAsync(request))
        {
            return false;
        }

        for (var i = 0; i < GetMores; i++)
        {
            var cursor = Requests.CursorOf(client.Reply);
            BinaryPrimitives.WriteInt64LittleEndian(getMore.AsSpan(Requests.GetMoreCursor), cursor);
            if (cursor == 0 || !await client.ExchangeAsync(getMore))
            {
                return false;
            }
        }

        return GetMores == 0 || Requests.CursorOf(client.Reply) == 0;
    }
}
