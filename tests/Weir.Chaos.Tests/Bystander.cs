using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;

namespace Weir.Chaos.Tests;

/// <summary>A well-behaved client that works all the while beside one that does not, and checks every reply.</summary>
internal sealed class Bystander : IAsyncDisposable
{
    /// <summary>So many more answers show that it goes on working.</summary>
    private const int Enough = 5;

    private readonly WireClient _client;
    private readonly int _id;
    private readonly Task _work;
    private volatile bool _stop;
    private long _answers;

    private Bystander(Stage stage, WireClient client, int id)
    {
        _client = client;
        _id = id;
        _work = stage.Clients.RunAsync(WorkAsync);
    }

    /// <summary>Replies that it has had, all of them right.</summary>
    public long Answers => Interlocked.Read(ref _answers);

    /// <param name="stage">Where it works.</param>
    /// <param name="id">Its document's, which tells several of them apart.</param>
    public static async Task<Bystander> StartAsync(Stage stage, int id = 1)
    {
        WireClient client = await stage.ConnectAsync();
        BsonDocument reply = await client.RunAsync(
            new()
            {
                ["insert"] = "bystander",
                ["documents"] = new BsonArray { new BsonDocument { ["_id"] = id } },
            }
        );
        Assert.Equal(1, reply["n"].ToInt32());
        return new Bystander(stage, client, id);
    }

    /// <summary>Completes when it has been answered a few times more; fails if it was ever answered wrongly.</summary>
    public async Task GoesOnAsync()
    {
        long before = Interlocked.Read(ref _answers);
        await Eventually.HoldsAsync(
            () => _work.IsCompleted || Interlocked.Read(ref _answers) >= before + Enough,
            "the client beside was answered again"
        );
        if (_work.IsCompleted)
            await _work;
    }

    public async ValueTask DisposeAsync()
    {
        _stop = true;
        await _work;
        await _client.DisposeAsync();
    }

    private async Task WorkAsync()
    {
        for (int i = 0; !_stop; i++)
        {
            BsonDocument reply = await _client.RunAsync(Echo.Command("bystander", _id, $"bystander {i}"));
            Echo.Check(reply, _id, $"bystander {i}");
            Interlocked.Increment(ref _answers);
        }
    }
}
