using System.Globalization;
using Weir.Pooling.Connections;
using Weir.Pooling.Pools;
using Weir.Testing;

namespace Weir.Pooling.Tests.Pools;

/// <summary>
/// Random steps, one after the other, against a model that knows from the events alone who is next: strictly first
/// come, first served; nothing lost, nothing stale, never too many.
/// </summary>
public sealed class PoolModelTests
{
    private const int Seeds = 150;
    private const int Steps = 400;

    [Fact]
    public void Check_outs_are_served_in_order_whatever_happens_to_connections()
    {
        for (var seed = 1; seed <= Seeds; seed++)
        {
            try
            {
                var random = new Random(seed);
                VirtualTime.Run(async _ => await new Model(random).RunAsync(Steps));
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"seed {seed.ToString(CultureInfo.InvariantCulture)}",
                    exception
                );
            }
        }
    }

    private sealed class Call
    {
        public required Task<CheckOutResult> Task { get; init; }

        public required CancellationTokenSource Cancellation { get; init; }

        public required int GenerationBefore { get; init; }

        public bool IsCancelled { get; set; }

        /// <summary>The connection that the events gave to it.</summary>
        public long Expected { get; set; }
    }

    private sealed class Model
    {
        private readonly Random _random;
        private readonly PoolBench _bench;
        private readonly List<Call> _calls = [];
        private readonly List<Call> _queue = [];
        private readonly Dictionary<long, Call> _pending = [];
        private readonly List<PooledConnection> _out = [];
        private readonly HashSet<long> _closed = [];
        private Call? _starting;
        private int _largest;

        public Model(Random random)
        {
            _random = random;
            _bench = new PoolBench(
                PoolOptions.Specification with
                {
                    MaxPoolSize = random.Next(1, 5),
                    MaxConnecting = random.Next(1, 4),
                    MaxWaiting = 12,
                    WaitQueueTimeout = TimeSpan.FromSeconds(5),
                    MaxIdleTime = TimeSpan.FromSeconds(20),
                },
                opensAtOnce: false
            );
        }

        private ConnectionPool Pool => _bench.Pool;

        public async Task RunAsync(int steps)
        {
            Pool.Ready();
            for (var i = 0; i < steps; i++)
            {
                Step();
                await SettleAsync();
            }

            // At the end everything comes back.
            Pool.Ready();
            await SettleAsync();
            while (_calls.Count > 0 || _out.Count > 0)
            {
                foreach (var connection in _out.ToArray())
                {
                    CheckIn(connection);
                }

                foreach (var id in _bench.Opening)
                {
                    _bench.Establish(id);
                }

                await SettleAsync();
            }

            var closing = Pool.CloseAsync();
            await SettleAsync();
            await closing;
            Assert.Equal(0, Pool.Statistics.Total);
            Assert.True(_largest > 0);
        }

        private void Step()
        {
            switch (_random.Next(100))
            {
                case < 40:
                    CheckOut();
                    break;
                case < 62 when _out.Count > 0:
                    CheckIn(_out[_random.Next(_out.Count)]);
                    break;
                case < 66 when _out.Count > 0:
                    var broken = _out[_random.Next(_out.Count)];
                    broken.Connection.Abort(new IOException("broken"));
                    CheckIn(broken);
                    break;
                case < 82 when _bench.Opening is { Count: > 0 } opening:
                    _bench.Establish(opening[_random.Next(opening.Count)]);
                    break;
                case < 86 when _bench.Opening is { Count: > 0 } opening:
                    _bench.Fail(opening[_random.Next(opening.Count)], new IOException("refused"));
                    break;
                case < 90 when _calls.Count > 0:
                    var call = _calls[_random.Next(_calls.Count)];
                    call.IsCancelled = true;
                    call.Cancellation.Cancel();
                    break;
                case < 92:
                    Pool.Clear(null, interruptInUse: _random.Next(3) == 0);
                    break;
                case < 94:
                    _bench.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(1, 6000)));
                    break;
                default:
                    Pool.Ready();
                    break;
            }
        }

        private void CheckOut()
        {
            var cancellation = new CancellationTokenSource();
            var generation = Pool.GetGeneration();
            var call = new Call
            {
                Task = Pool.TryCheckOutAsync(default, cancellation.Token).AsTask(),
                Cancellation = cancellation,
                GenerationBefore = generation,
            };
            _calls.Add(call);
            _starting = call;
        }

        private void CheckIn(PooledConnection connection)
        {
            _out.Remove(connection);
            connection.CheckIn();
        }

        private async Task SettleAsync()
        {
            for (var i = 0; i < 10; i++)
            {
                await Task.Yield();
            }

            // Failures first: who has failed does not wait any more.
            foreach (var failed in _calls.Where(c => c.Task.IsCompleted && !c.Task.Result.Succeeded))
            {
                _queue.Remove(failed);
            }

            foreach (var text in _bench.TakeEvents())
            {
                Learn(text.Split(' '));
            }

            foreach (var ended in _calls.Where(static c => c.Task.IsCompleted).ToArray())
            {
                _calls.Remove(ended);
                Judge(ended, await ended.Task);
            }

            var now = Pool.Statistics;
            _largest = Math.Max(_largest, now.Total);
            Assert.InRange(now.Total, 0, Pool.Options.MaxPoolSize);
            Assert.InRange(now.Pending, 0, Pool.Options.MaxConnecting);
            Assert.Equal(_queue.Count, now.Waiting);
            Assert.Equal(_bench.Opening.Count, now.Pending);
        }

        private void Learn(string[] told)
        {
            var id = told.Length > 1 && long.TryParse(told[1], out var number) ? number : 0;
            switch (told[0])
            {
                case "CheckOutStarted"
                    when _starting is { Task.IsCompleted: false } or { Task.Result.Succeeded: true }:
                    _queue.Add(_starting);
                    break;
                case "ConnectionCreated":
                    _pending.Add(id, Take(_queue));
                    break;
                case "ConnectionClosed":
                    Assert.True(_closed.Add(id), $"{id} was closed twice");
                    if (_pending.Remove(id, out var owner) && !owner.Task.IsCompleted && told[2] == "Stale")
                    {
                        _queue.Insert(0, owner);
                    }

                    break;
                case "CheckedOut":
                    var isOwn = _pending.Remove(id, out var next) && !next.IsCancelled;
                    (isOwn ? next! : Take(_queue)).Expected = id;
                    break;
                case "ConnectionReady"
                    when _pending.TryGetValue(id, out var cancelled) && cancelled.IsCancelled:
                    _pending.Remove(id);
                    break;
                default:
                    break;
            }
        }

        private static Call Take(List<Call> queue)
        {
            Assert.NotEmpty(queue);
            var first = queue[0];
            queue.RemoveAt(0);
            return first;
        }

        private void Judge(Call call, CheckOutResult result)
        {
            call.Cancellation.Dispose();
            if (!result.Succeeded)
            {
                Assert.Equal(0, call.Expected);
                return;
            }

            var connection = result.Connection;
            Assert.Equal(call.Expected, connection.Id);
            Assert.DoesNotContain(connection, _out);
            Assert.True(connection.Generation >= call.GenerationBefore, "stale");
            Assert.DoesNotContain(connection.Id, _closed);
            _out.Add(connection);
        }
    }
}
