using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using Weir.Pooling;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Selection;
using Weir.Protocol.Bson;
using Weir.Transport;

namespace Weir.Cli.Demo;

/// <summary>
/// A process of the incident: twice a second a page with 100 parts asks for all of them at once, as a front end
/// does, each through a client whose pool may grow to 100. Reports on standard output, ends with its parent.
/// </summary>
internal sealed class ClientProgram(string role) : IDisposable
{
    private const int Burst = 100;
    private static readonly TimeSpan BurstInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan ReportInterval = TimeSpan.FromMilliseconds(100);

    private readonly ConcurrentQueue<int> _latencies = new();
    private readonly ConcurrentQueue<string> _errors = new();
    private readonly CancellationTokenSource _parentGone = new();

    public void Dispose() => _parentGone.Dispose();

    public async Task<int> RunAsync(string uri, CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(
            cancellationToken,
            _parentGone.Token
        );
        _ = Task.Run(WatchParentAsync, CancellationToken.None);
        await using var network = Network.CreateDefault();
        await using var deployment = new Deployment(ConnectionString.Parse(uri), network);
        deployment.Start();
        try
        {
            await Task.WhenAll(BurstsAsync(deployment, stop.Token), ReportsAsync(stop.Token));
        }
        catch (OperationCanceledException)
        {
            // The parent is gone, or asked us to go.
        }

        return 0;
    }

    private async Task BurstsAsync(Deployment deployment, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(BurstInterval);
        do
        {
            for (var part = 0; part < Burst; part++)
            {
                _ = OperateAsync(deployment, part, cancellationToken);
            }
        } while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    private async Task OperateAsync(Deployment deployment, int part, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            await Task.Yield();
            var server = await deployment.SelectServerAsync(
                ReadPreference.Primary,
                write: true,
                cancellationToken: cancellationToken
            );
            await server.RunCommandAsync("journal", Command(part), cancellationToken);
            _latencies.Enqueue((int)Stopwatch.GetElapsedTime(started).TotalMicroseconds);
        }
        catch (Exception error) when (error is not OperationCanceledException)
        {
            _errors.Enqueue($"{error.GetType().Name}: {error.Message}");
        }
    }

    // The API reads the page of completed entries; each worker looks for what is due and writes what it did.
    private BsonDocument Command(int part) =>
        (role, part % 10) switch
        {
            ("api", _) => new()
            {
                ["find"] = "entries",
                ["filter"] = new BsonDocument { ["done"] = true },
                ["limit"] = 20,
            },
            (_, 0) => new()
            {
                ["insert"] = "entries",
                ["documents"] = new BsonArray
                {
                    new BsonDocument { ["by"] = role, ["done"] = part % 20 == 0 },
                },
            },
            _ => new()
            {
                ["find"] = "calls",
                ["filter"] = new BsonDocument { ["due"] = true },
                ["limit"] = 20,
            },
        };

    private async Task ReportsAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(ReportInterval);
        while (await timer.WaitForNextTickAsync(cancellationToken))
        {
            var latencies = TakeAll(_latencies);
            var errors = TakeAll(_errors);
            var report = new ClientReport
            {
                Operations = latencies.Count,
                Errors = errors.Count,
                Error = errors.FirstOrDefault(),
                Latencies = latencies,
            };
            Console.Out.WriteLine(JsonSerializer.Serialize(report, ClientReportJson.Default.ClientReport));
        }
    }

    private static List<T> TakeAll<T>(ConcurrentQueue<T> queue)
    {
        var all = new List<T>();
        while (queue.TryDequeue(out var item))
        {
            all.Add(item);
        }

        return all;
    }

    // The parent holds our standard input open; when it ends, however, so do we.
    private async Task WatchParentAsync()
    {
        await Console.In.ReadToEndAsync();
        await _parentGone.CancelAsync();
    }
}
