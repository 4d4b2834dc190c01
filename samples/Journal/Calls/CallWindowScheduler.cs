using Weir.Hosting.Leaders;
using Weir.Hosting.Queues;
using Weir.Hosting.Workers;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;
using Weir.Samples.Journal.People;

namespace Weir.Samples.Journal.Calls;

/// <summary>
/// Looks whose window is open, and schedules a call for everybody who has none today. Only the leader runs it; a
/// leader that was left behind is refused by its fence, and the call's id makes twice the same as once.
/// </summary>
internal sealed partial class CallWindowScheduler(
    JournalStore store,
    JournalClock clock,
    WorkQueues queues,
    ILogger<CallWindowScheduler> logger
) : IWeirWorker
{
    public async Task RunAsync(WorkerRun run, CancellationToken cancellationToken)
    {
        await using var lease = await store.LeaseAsync(cancellationToken);
        var now = clock.Now;
        await foreach (
            var document in store.People(lease).FindAsync([], cancellationToken: cancellationToken)
        )
        {
            var person = Person.From(document);
            if (DayOf(person, now) is { } day)
            {
                await ScheduleAsync(lease, person, day, now, run.Term!.Fence, cancellationToken);
            }
        }
    }

    private async Task ScheduleAsync(
        DestinationLease lease,
        Person person,
        DateOnly day,
        DateTimeOffset now,
        long fence,
        CancellationToken cancellationToken
    )
    {
        var id = CallDocument.IdOf(person.Id, day);
        if (
            await store.Calls(lease).FindOneAsync(new("_id", id), cancellationToken: cancellationToken)
            is null
        )
        {
            var prompt = await PromptAsync(lease, day, cancellationToken);
            await store
                .Calls(lease)
                .UpdateOneAsync(
                    new BsonDocument("_id", id),
                    new BsonDocument(
                        "$setOnInsert",
                        CallDocument.New(person.Id, person.Phone, prompt, day, now)
                    ),
                    fence,
                    upsert: true,
                    cancellationToken: cancellationToken
                );
            LogScheduled(logger, id);
        }
        // After a death between the two, the next run comes past here too.
        await queues["callJobs"].EnqueueAsync(id, [], cancellationToken: cancellationToken);
    }

    private async Task<string> PromptAsync(
        DestinationLease lease,
        DateOnly day,
        CancellationToken cancellationToken
    )
    {
        var prompts = new List<string>();
        var options = new FindOptions { Sort = new("_id", 1) };
        await foreach (
            var prompt in store.Prompts(lease).FindAsync([], options, cancellationToken: cancellationToken)
        )
        {
            prompts.Add(prompt["text"].AsString);
        }
        return prompts.Count == 0 ? "How was your day?" : prompts[day.DayNumber % prompts.Count];
    }

    private static DateOnly? DayOf(Person person, DateTimeOffset now)
    {
        var zone = TimeZoneInfo.FindSystemTimeZoneById(person.TimeZone);
        return person.Windows.Select(w => w.DayAt(now, zone)).FirstOrDefault(d => d is not null);
    }

    [LoggerMessage(1, LogLevel.Information, "{Call}: scheduled")]
    private static partial void LogScheduled(ILogger logger, string call);
}
