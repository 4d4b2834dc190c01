using System.Diagnostics;
using System.Globalization;
using Weir.Pooling.ConnectionStrings;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Cli.Verify;

/// <summary>
/// Tries out what a service wants of a destination: shared pools, reuse, reads and writes, long chunks side by side,
/// idle clean-up and reconnection, a close that drains. Writes to a scratch collection, which it removes.
/// </summary>
internal sealed class DestinationTrial(
    ConnectionString connectionString,
    string database,
    TrialOptions options
)
{
    private const string Name = "destination";
    private readonly string _scratch = $"weir_verify_{Guid.NewGuid():N}";

    /// <summary>Runs every step, in order; each is told as it ends. A step that fails is not the end.</summary>
    public async Task<bool> RunAsync(Action<TrialStep> tell, CancellationToken cancellationToken)
    {
        await using var destinations = new DestinationRegistry(
            new DestinationsOptions
            {
                Destinations = new Dictionary<string, DestinationOptions>
                {
                    [Name] = DestinationOptions.Of(connectionString) with
                    {
                        IdleTimeout = options.IdleTimeout,
                    },
                },
            }
        );
        (string Title, Func<DestinationRegistry, CancellationToken, Task<string>> Step)[] steps =
        [
            ("five leases at once share one pool", ShareAsync),
            ("a lease after a pause uses the same connections", ReuseAsync),
            ("list, insert, count, delete", WriteAsync),
            ("three long chunks side by side", RunChunksAsync),
            ("idle pools are closed, and the next lease connects again", IdleAsync),
            ("closing while chunks run drains, and fails none", CloseAsync),
        ];
        var passed = true;
        try
        {
            foreach (var (title, step) in steps)
            {
                var result = await TryAsync(title, token => step(destinations, token), cancellationToken);
                tell(result);
                passed &= result.Passed;
            }
        }
        finally
        {
            await CleanUpAsync(destinations);
        }
        return passed;
    }

    private static async Task<TrialStep> TryAsync(
        string title,
        Func<CancellationToken, Task<string>> step,
        CancellationToken cancellationToken
    )
    {
        var started = Stopwatch.GetTimestamp();
        try
        {
            var figures = await step(cancellationToken);
            return new TrialStep(title, true, figures, Stopwatch.GetElapsedTime(started));
        }
#pragma warning disable CA1031 // Whatever went wrong is the step's result.
        catch (Exception e) when (e is not OperationCanceledException)
#pragma warning restore CA1031
        {
            return new TrialStep(title, false, e.Message, Stopwatch.GetElapsedTime(started));
        }
    }

    private static async Task<string> ShareAsync(DestinationRegistry destinations, CancellationToken token)
    {
        var leases = await Task.WhenAll(
            Enumerable.Range(0, 5).Select(_ => destinations.LeaseAsync(Name, token).AsTask())
        );
        try
        {
            await Task.WhenAll(
                leases.Select(l => l.RunCommandAsync("admin", new BsonDocument("ping", 1), token).AsTask())
            );
            var told = destinations.GetStatistics()[0];
            Expect(leases.Select(l => l.Commands).Distinct().Count() == 1, "they have different pools");
            Expect(told.Opened == 1, $"it was connected to {told.Opened} times");
            return Text($"{told.Leases} leases, {told.Opened} opening, {Connections(told)} connections");
        }
        finally
        {
            foreach (var lease in leases)
            {
                await lease.DisposeAsync();
            }
        }
    }

    private async Task<string> ReuseAsync(DestinationRegistry destinations, CancellationToken token)
    {
        var before = destinations.GetStatistics()[0];
        await Task.Delay(options.Pause, token);
        await using var lease = await destinations.LeaseAsync(Name, token);
        await lease.RunCommandAsync("admin", new BsonDocument("ping", 1), token);
        var after = destinations.GetStatistics()[0];
        Expect(after.Opened == before.Opened, "it was opened anew");
        return Text(
            $"{options.Pause.TotalSeconds:0.#} s later: {after.Opened} opening, {after.Created - before.Created} new connections"
        );
    }

    private async Task<string> WriteAsync(DestinationRegistry destinations, CancellationToken token)
    {
        await using var lease = await destinations.LeaseAsync(Name, token);
        var collections = await lease.RunCommandAsync(
            database,
            new BsonDocument { ["listCollections"] = 1, ["nameOnly"] = true },
            token
        );
        var scratch = lease.Collection(database, _scratch);
        var inserted = await scratch.InsertManyAsync(Documents(0, 100), cancellationToken: token);
        var counted = await scratch.CountAsync([], cancellationToken: token);
        var deleted = await scratch.DeleteManyAsync([], cancellationToken: token);
        var left = await scratch.CountAsync([], cancellationToken: token);
        Expect(
            inserted.Inserted == 100 && counted == 100 && deleted.Deleted == 100 && left == 0,
            Text($"inserted {inserted.Inserted}, counted {counted}, deleted {deleted.Deleted}, left {left}")
        );
        var there = collections["cursor"].AsDocument["firstBatch"].AsArray.Count;
        return Text($"{there} collections; 100 inserted, {counted} counted, {deleted.Deleted} deleted");
    }

    private async Task<string> RunChunksAsync(DestinationRegistry destinations, CancellationToken token)
    {
        var written = await Task.WhenAll(
            Enumerable.Range(0, 3).Select(chunk => WriteChunkAsync(destinations, chunk, null, token))
        );
        await using var lease = await destinations.LeaseAsync(Name, token);
        var scratch = lease.Collection(database, _scratch);
        var counted = await scratch.CountAsync([], cancellationToken: token);
        Expect(counted == written.Sum(), Text($"{written.Sum()} were written, and {counted} are there"));
        await scratch.DeleteManyAsync([], cancellationToken: token);
        var told = destinations.GetStatistics()[0];
        return Text($"{counted} documents, {Connections(told)} connections, {told.Errors} errors");
    }

    private async Task<string> IdleAsync(DestinationRegistry destinations, CancellationToken token)
    {
        var before = destinations.GetStatistics()[0];
        var limit = options.IdleTimeout + TimeSpan.FromSeconds(10);
        var started = Stopwatch.GetTimestamp();
        while (destinations.GetStatistics()[0] is { State: not DestinationState.Idle } open)
        {
            Expect(Stopwatch.GetElapsedTime(started) < limit, $"it is still {open.State}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), token);
        }
        var idle = destinations.GetStatistics()[0];
        Expect(idle.Created == idle.Closed, "connections are left open");
        var connecting = Stopwatch.GetTimestamp();
        await using var lease = await destinations.LeaseAsync(Name, token);
        await lease.RunCommandAsync("admin", new BsonDocument("ping", 1), token);
        var after = destinations.GetStatistics()[0];
        Expect(after.Opened == before.Opened + 1, "it was not opened anew");
        return Text(
            $"{idle.Closed} connections closed after {options.IdleTimeout.TotalSeconds:0.#} s; connected again in {Stopwatch.GetElapsedTime(connecting).TotalMilliseconds:0} ms"
        );
    }

    private async Task<string> CloseAsync(DestinationRegistry destinations, CancellationToken token)
    {
        var begun = Enumerable
            .Range(0, 3)
            .Select(_ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously))
            .ToArray();
        var chunks = begun.Select((b, chunk) => WriteChunkAsync(destinations, chunk, b, token)).ToArray();
        // Chunks that fail never begin.
        await Task.WhenAny(Task.WhenAll(begun.Select(b => b.Task)), Task.WhenAll(chunks));
        if (chunks.Any(c => c.IsFaulted))
        {
            await Task.WhenAll(chunks);
        }
        var held = destinations.GetStatistics()[0].Leases;
        var closing = destinations.CloseAsync(Name, token);
        Expect(!closing.IsCompleted, "it was closed under the chunks");
        var written = await Task.WhenAll(chunks);
        var left = await closing;
        Expect(left == 0, $"{left} leases were still out");
        var told = destinations.GetStatistics()[0];
        Expect(told.Created == told.Closed, "connections are left open");
        return Text(
            $"{held} leases were out; {written.Sum()} documents written, none failed; all connections closed"
        );
    }

    private async Task<long> WriteChunkAsync(
        DestinationRegistry destinations,
        int chunk,
        TaskCompletionSource? begun,
        CancellationToken token
    )
    {
        await using var lease = await destinations.LeaseAsync(Name, token);
        var scratch = lease.Collection(database, _scratch);
        var started = Stopwatch.GetTimestamp();
        var written = 0L;
        for (var batch = 0; batch == 0 || Stopwatch.GetElapsedTime(started) < options.ChunkTime; batch++)
        {
            var documents = Documents(((chunk * 1_000_000L) + batch) * 50, 50);
            written += (await scratch.InsertManyAsync(documents, cancellationToken: token)).Inserted;
            if (batch == 0)
            {
                begun?.TrySetResult();
            }
        }
        return written;
    }

    private async Task CleanUpAsync(DestinationRegistry destinations)
    {
        try
        {
            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(10));
            await using var lease = await destinations.LeaseAsync(Name, limit.Token);
            await lease.RunCommandAsync(database, new BsonDocument("drop", _scratch), limit.Token);
        }
#pragma warning disable CA1031 // The steps have told already what is wrong here.
        catch (Exception) { }
#pragma warning restore CA1031
    }

    private static IEnumerable<BsonDocument> Documents(long from, int count) =>
        Enumerable
            .Range(0, count)
            .Select(i => new BsonDocument { ["_id"] = from + i, ["text"] = "weir verify" });

    private static int Connections(DestinationStatistics told) => told.Available + told.InUse + told.Pending;

    private static void Expect(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new InvalidDataException(otherwise);
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
