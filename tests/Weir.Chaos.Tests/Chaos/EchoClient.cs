using Weir.Chaos.Tests.Wire;
using Weir.Protocol.Bson;
using Weir.Protocol.Wire;

namespace Weir.Chaos.Tests.Chaos;

/// <summary>
/// A client in a closed loop: reads, writes and cursors in random order, every reply checked to be the answer to
/// its own request; now and then it is killed in the middle of one. Everything happens on the clients' loop.
/// </summary>
internal sealed class EchoClient(
    Stage stage,
    Ledger ledger,
    Tally tally,
    int number,
    int seed,
    CancellationToken stop
)
{
    private const string Items = "items";
    private const string Homes = "homes";
    private const int ItemsEach = 20;

    private static readonly byte[] Padding = new byte[200_000];

    private readonly Random _random = new(HashCode.Combine(seed, number));
    private readonly BsonDocument _session = new()
    {
        ["id"] = new BsonBinary(BsonBinary.Uuid, Guid.NewGuid().ToByteArray()),
    };
    private readonly List<string> _mine = [];
    private WireClient? _client;
    private long _transaction;
    private int _count;
    private bool _isAtHome;

    /// <summary>How far its counter may have come: acknowledged, and acknowledged or not.</summary>
    public (int Least, int Most) Counted { get; private set; }

    public BsonValue Home => $"home {number}";

    public bool IsAtHome => _isAtHome;

    public async Task RunAsync()
    {
        while (!stop.IsCancellationRequested)
        {
            _client ??= await stage.ConnectAsync(hello: _random.Next(2) == 0);
            if (!_isAtHome)
                await MoveInAsync();
            else
                await StepAsync();
        }
        if (_client is not null)
            await _client.DisposeAsync();
    }

    private Task StepAsync() =>
        _random.Next(100) switch
        {
            < 25 => EchoAsync(),
            < 40 => FindMineAsync(),
            < 65 => InsertAsync(),
            < 75 => CountUpAsync(),
            < 87 => WalkAsync(),
            < 89 => ReadLargeAsync(),
            < 91 => UnacknowledgedAsync(),
            _ => MisbehaveAsync(),
        };

    private string Token() => $"{number}/{++_count}";

    /// <summary>Null: no answer, and the connection is gone; or an error, which was checked to be one of Weir's.</summary>
    private async Task<BsonDocument?> AskAsync(BsonDocument command)
    {
        string what = $"client {number}, {command[0].Name}";
        BsonDocument? reply;
        try
        {
            reply = await _client!.TryRunAsync(command);
        }
        catch (TimeoutException)
        {
            throw new WrongReplyException($"{what}: neither answered nor closed");
        }
        if (reply is null)
        {
            tally.Closed();
            await DropAsync();
            return null;
        }
        if (reply["ok"].ToDouble() == 1)
        {
            tally.Answered();
            return reply;
        }
        tally.Refused(reply, what);
        return null;
    }

    private async Task DropAsync()
    {
        await _client!.DisposeAsync();
        _client = null;
    }

    private void Retryable(BsonDocument command, long transaction)
    {
        command["lsid"] = _session;
        command["txnNumber"] = transaction;
    }

    private async Task MoveInAsync()
    {
        var documents = new BsonArray();
        for (int i = 0; i < ItemsEach; i++)
            documents.Add(
                new BsonDocument
                {
                    ["_id"] = $"{number}/{i}",
                    ["owner"] = number,
                    ["i"] = i,
                }
            );
        // An upsert can be repeated until it is answered.
        var home = new BsonDocument
        {
            ["update"] = Homes,
            ["updates"] = new BsonArray
            {
                new BsonDocument
                {
                    ["q"] = new BsonDocument { ["_id"] = Home },
                    ["u"] = new BsonDocument
                    {
                        ["$set"] = new BsonDocument
                        {
                            ["bytes"] = new BsonBinary(0, Padding),
                            ["owner"] = number,
                        },
                    },
                    ["upsert"] = true,
                },
            },
        };
        if (await AskAsync(home) is null)
            return;
        BsonDocument? reply = await AskAsync(
            new()
            {
                ["insert"] = Items,
                ["documents"] = documents,
                ["ordered"] = false,
            }
        );
        // Repeated: then the items are there already.
        _isAtHome = reply is not null;
    }

    private async Task EchoAsync()
    {
        string token = Token();
        if (await AskAsync(Echo.Command(Homes, Home, token)) is { } reply)
            Echo.Check(reply, Home, token);
    }

    private async Task FindMineAsync()
    {
        if (_mine.Count == 0)
            return;
        HashSet<string> asked = [.. Enumerable.Range(0, 5).Select(_ => _mine[_random.Next(_mine.Count)])];
        BsonDocument? reply = await AskAsync(
            new()
            {
                ["find"] = Ledger.Collection,
                ["filter"] = new BsonDocument
                {
                    ["_id"] = new BsonDocument { ["$in"] = new BsonArray(asked.Select(id => (BsonValue)id)) },
                },
                ["comment"] = Token(),
            }
        );
        if (reply is null)
            return;
        BsonArray found = reply["cursor"].AsDocument["firstBatch"].AsArray;
        if (!asked.SetEquals(found.Select(document => document.AsDocument["_id"].AsString)))
            throw new WrongReplyException(
                $"client {number} asked for {string.Join(' ', asked)}, got {reply}"
            );
    }

    private async Task InsertAsync()
    {
        string token = Token();
        bool withId = _random.Next(2) == 0;
        bool retryable = stage.IsReplicaSet && _random.Next(2) == 0;
        long transaction = ++_transaction;
        for (int attempt = 0; attempt < (retryable ? 3 : 1); attempt++)
        {
            _client ??= await stage.ConnectAsync(hello: false);
            BsonDocument insert = Ledger.Insert(token, withId);
            if (retryable)
                Retryable(insert, transaction);
            // The process is killed with the request out; the one that comes after it tries again.
            if (retryable && attempt == 0 && _random.Next(10) == 0)
            {
                await _client.SendAsync(insert);
                await KillAsync();
                continue;
            }
            if (await AskAsync(insert) is not { } reply)
                continue;
            ledger.Acknowledge(token, reply);
            if (withId)
                _mine.Add(token);
            return;
        }
        ledger.NotAcknowledged(token);
    }

    private async Task CountUpAsync()
    {
        var command = new BsonDocument
        {
            ["findAndModify"] = Homes,
            ["query"] = new BsonDocument { ["_id"] = Home },
            ["update"] = new BsonDocument { ["$inc"] = new BsonDocument { ["n"] = 1 } },
            ["fields"] = new BsonDocument { ["n"] = 1 },
            ["new"] = true,
        };
        if (stage.IsReplicaSet && _random.Next(2) == 0)
            Retryable(command, ++_transaction);
        Counted = (Counted.Least, Counted.Most + 1);
        if (await AskAsync(command) is not { } reply)
            return;
        Counted = (Counted.Least + 1, Counted.Most);
        BsonDocument home = reply["value"].AsDocument;
        int n = home["n"].ToInt32();
        if (!home["_id"].Equals(Home) || n < Counted.Least || n > Counted.Most)
            throw new WrongReplyException($"client {number} counts {Counted}, got {reply}");
    }

    private async Task WalkAsync()
    {
        int batchSize = _random.Next(2, 9);
        BsonDocument? reply = await AskAsync(
            new()
            {
                ["find"] = Items,
                ["filter"] = new BsonDocument { ["owner"] = number },
                ["sort"] = new BsonDocument { ["i"] = 1 },
                ["batchSize"] = batchSize,
            }
        );
        int seen = 0;
        for (string batch = "firstBatch"; reply is not null; batch = "nextBatch")
        {
            BsonDocument cursor = reply["cursor"].AsDocument;
            foreach (BsonValue item in cursor[batch].AsArray)
            {
                if (item.AsDocument["owner"].ToInt32() != number || item.AsDocument["i"].ToInt32() != seen++)
                    throw new WrongReplyException($"client {number} at item {seen} of its own, got {reply}");
            }
            BsonValue id = cursor["id"];
            if (id.ToInt64() == 0)
            {
                if (seen != ItemsEach)
                    throw new WrongReplyException($"client {number} got {seen} of {ItemsEach} items");
                return;
            }
            // Some are left open, for Weir to clean up.
            if (_random.Next(20) == 0)
                return;
            reply = await AskAsync(
                new()
                {
                    ["getMore"] = id,
                    ["collection"] = Items,
                    ["batchSize"] = batchSize,
                }
            );
        }
    }

    private async Task ReadLargeAsync()
    {
        if (
            await AskAsync(
                new()
                {
                    ["find"] = Homes,
                    ["filter"] = new BsonDocument { ["_id"] = Home },
                }
            )
            is not { } reply
        )
            return;
        BsonDocument home = reply["cursor"].AsDocument["firstBatch"].AsArray[0].AsDocument;
        if (!home["_id"].Equals(Home) || home["bytes"].AsBinary.Bytes.Length != Padding.Length)
            throw new WrongReplyException($"client {number} did not find its home");
    }

    private async Task UnacknowledgedAsync()
    {
        string id = Token();
        ledger.NotAcknowledged(id);
        BsonDocument write = Ledger.Insert(id, withId: true);
        write["writeConcern"] = new BsonDocument { ["w"] = 0 };
        await _client!.SendAsync(write, OpMsgFlags.MoreToCome);
        await EchoAsync();
    }

    private async Task MisbehaveAsync()
    {
        tally.Killed();
        BsonDocument command = Echo.Command(Homes, Home, Token());
        byte[] message = _client!.Message(command);
        switch (_random.Next(5))
        {
            case 0:
                // In the middle of the request.
                await _client.SendBytesAsync(message.AsMemory(0, _random.Next(1, message.Length)));
                await KillAsync();
                break;
            case 1:
                // The same, but in order.
                await _client.SendBytesAsync(message.AsMemory(0, _random.Next(1, message.Length)));
                await DropAsync();
                break;
            case 2:
                // With the request out.
                await _client.SendBytesAsync(message);
                await KillAsync();
                break;
            case 3:
                // The same, but by and by: it may be anywhere by then.
                await _client.SendBytesAsync(message);
                using (var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(_random.Next(1, 40))))
                    await timer.WaitForNextTickAsync(CancellationToken.None);
                await KillAsync();
                break;
            default:
                // In the middle of a reply that is longer than one read.
                await _client.SendAsync(
                    new()
                    {
                        ["find"] = Homes,
                        ["filter"] = new BsonDocument { ["_id"] = Home },
                    }
                );
                await _client.Channel.WaitToReceiveAsync();
                await KillAsync();
                break;
        }
    }

    private async Task KillAsync()
    {
        _client!.Kill();
        await DropAsync();
    }
}
