using System.Globalization;
using Weir.Hosting.Workers;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Samples.Journal.Entries;
using Weir.Samples.Journal.People;

namespace Weir.Samples.Journal;

/// <summary>The HTTP API.</summary>
internal static class JournalApi
{
    private const int LargestPage = 100;

    public static void Map(IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api");
        api.MapGet("/people", ListPeopleAsync).WithSummary("Who is called, and when.");
        api.MapPut("/people/{id}", PutPersonAsync).WithSummary("Adds somebody, or changes what is known.");
        api.MapPut("/prompts/{id}", PutPromptAsync).WithSummary("Adds a question, or changes it.");
        api.MapGet("/calls", ListCallsAsync).WithSummary("The latest calls.");
        api.MapGet("/entries", ListEntriesAsync)
            .WithSummary("Completed entries, the latest first, by pages.");
        api.MapGet("/status", GetStatus).WithSummary("This process: its workers and its connections.");
    }

    private static async Task<IReadOnlyList<Person>> ListPeopleAsync(
        JournalStore store,
        CancellationToken cancellationToken
    )
    {
        await using var lease = await store.LeaseAsync(cancellationToken);
        var people = new List<Person>();
        var options = new FindOptions { Sort = new("name", 1), Limit = 1_000 };
        await foreach (
            var document in store.People(lease).FindAsync([], options, cancellationToken: cancellationToken)
        )
        {
            people.Add(Person.From(document));
        }
        return people;
    }

    private static async Task<IResult> PutPersonAsync(
        string id,
        Person person,
        JournalStore store,
        CancellationToken cancellationToken
    )
    {
        person = person with { Id = id };
        if (person.Problems() is { Count: > 0 } problems)
        {
            return Results.ValidationProblem(new Dictionary<string, string[]> { ["person"] = [.. problems] });
        }
        await using var lease = await store.LeaseAsync(cancellationToken);
        await store
            .People(lease)
            .ReplaceOneAsync(
                new("_id", id),
                person.ToBson(),
                upsert: true,
                cancellationToken: cancellationToken
            );
        return Results.NoContent();
    }

    private static async Task<IResult> PutPromptAsync(
        string id,
        Prompt prompt,
        JournalStore store,
        CancellationToken cancellationToken
    )
    {
        await using var lease = await store.LeaseAsync(cancellationToken);
        await store
            .Prompts(lease)
            .ReplaceOneAsync(
                new("_id", id),
                new() { ["_id"] = id, ["text"] = prompt.Text },
                upsert: true,
                cancellationToken: cancellationToken
            );
        return Results.NoContent();
    }

    private static async Task<IReadOnlyList<CallView>> ListCallsAsync(
        JournalStore store,
        CancellationToken cancellationToken
    )
    {
        await using var lease = await store.LeaseAsync(cancellationToken);
        var calls = new List<CallView>();
        var options = new FindOptions { Sort = new("scheduled", -1), Limit = LargestPage };
        await foreach (
            var call in store.Calls(lease).FindAsync([], options, cancellationToken: cancellationToken)
        )
        {
            calls.Add(new CallView(call["_id"].AsString, call["person"].AsString, call["state"].AsString));
        }
        return calls;
    }

    // Read by an index from where the last page ended: the hundredth page costs what the first one does.
    private static async Task<EntryPage> ListEntriesAsync(
        JournalStore store,
        string? person,
        string? after,
        int? limit,
        CancellationToken cancellationToken
    )
    {
        var size = Math.Clamp(limit ?? 20, 1, LargestPage);
        var filter = person is null ? new BsonDocument() : new BsonDocument("person", person);
        if (
            after?.Split('~') is [var ticks, var id]
            && long.TryParse(ticks, CultureInfo.InvariantCulture, out var moment)
        )
        {
            var completed = DateTimeOffset.FromUnixTimeMilliseconds(moment).UtcDateTime;
            filter["$or"] = new BsonArray
            {
                new BsonDocument("completed", new BsonDocument("$lt", completed)),
                new BsonDocument { ["completed"] = completed, ["_id"] = new BsonDocument("$lt", id) },
            };
        }
        await using var lease = await store.LeaseAsync(cancellationToken);
        var entries = new List<Entry>();
        var options = new FindOptions
        {
            Sort = new() { ["completed"] = -1, ["_id"] = -1 },
            Limit = size,
        };
        await foreach (
            var document in store
                .Entries(lease)
                .FindAsync(filter, options, cancellationToken: cancellationToken)
        )
        {
            entries.Add(Entry.From(document));
        }
        var last = entries.Count == size ? entries[^1] : null;
        var next = last is null
            ? null
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{new DateTimeOffset(last.Completed).ToUnixTimeMilliseconds()}~{last.Id}"
            );
        return new EntryPage(entries, next);
    }

    private static StatusView GetStatus(IWorkers workers, IDestinations destinations, JournalClock clock)
    {
        var told = destinations.GetStatistics().FirstOrDefault(d => d.Name == JournalOptions.Destination);
        return new StatusView(
            clock.Now,
            (told?.Available + told?.InUse + told?.Pending) ?? 0,
            told?.State.ToString() ?? "",
            [
                .. workers
                    .GetStatuses()
                    .Select(w => new WorkerView(w.Name, w.State.ToString(), w.Fence, w.Runs, w.LastError)),
            ]
        );
    }
}
