using Weir.Pooling.Commands;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.SyncBench;

/// <summary>What the bench itself does on a deployment: fill, count, drop.</summary>
internal sealed class BenchDeployment(string uri) : IAsyncDisposable
{
    private readonly DestinationRegistry _registry = new(
        new DestinationsOptions
        {
            Destinations = new Dictionary<string, DestinationOptions>
            {
                ["bench"] = new() { ConnectionString = uri },
            },
        }
    );

    public async Task FillAsync(int documents, int bytes)
    {
        await using var lease = await _registry.LeaseAsync("bench");
        const int Batch = 5000;
        for (var first = 0; first < documents; first += Batch)
        {
            byte[] raw =
            [
                .. Enumerable
                    .Range(first, Math.Min(Batch, documents - first))
                    .SelectMany(i => Document(i, bytes)),
            ];
            await lease.Commands.RunAsync(
                new CommandRequest("bench", new BsonDocument { ["insert"] = "docs", ["ordered"] = false })
                {
                    Sequence = new RawSequence("documents", raw),
                }
            );
        }
    }

    public async Task<long> CountAsync() => (
            await RunAsync(
                new BsonDocument
                {
                    ["count"] = "docs",
                    // With a filter they are counted; without one the answer may be an estimate.
                    ["query"] = new BsonDocument { ["_id"] = new BsonDocument { ["$exists"] = true } },
                }
            )
        )["n"].ToInt64();

    public Task DropAsync() => RunAsync(new BsonDocument { ["dropDatabase"] = 1 });

    public ValueTask DisposeAsync() => _registry.DisposeAsync();

    private async Task<BsonDocument> RunAsync(BsonDocument command)
    {
        await using var lease = await _registry.LeaseAsync("bench");
        return await lease.RunCommandAsync("bench", command);
    }

    // Six fields and a text that fills it up, different in every document.
    private static byte[] Document(int i, int bytes)
    {
        var document = new BsonDocument
        {
            ["_id"] = ObjectId.New(),
            ["number"] = i,
            ["customer"] = $"customer {i % 5000}",
            ["total"] = i * 0.25,
            ["paid"] = i % 3 == 0,
            ["at"] = DateTime.UnixEpoch.AddSeconds(i),
        };
        document["text"] = "";
        document["text"] = new string((char)('a' + i % 26), Math.Max(0, bytes - document.ToBytes().Length));
        return document.ToBytes();
    }
}
