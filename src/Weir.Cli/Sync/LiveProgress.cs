using System.Collections.Concurrent;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Rendering;
using Weir.Sync.Runs;
using Weir.Sync.Verification;

namespace Weir.Cli.Sync;

/// <summary>A table that is drawn again four times a second, for people at a terminal.</summary>
internal sealed class LiveProgress : ProgressView
{
    private const int RowsShown = 40;
    private const int MessagesShown = 5;

    private static readonly TimeSpan s_interval = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentQueue<string> _messages = new();
    private readonly ConcurrentQueue<string> _verified = new();

    public override void Tell(EntityProgress entity, string text)
    {
        _messages.Enqueue($"{Name(entity)}: {text}");
        while (_messages.Count > MessagesShown)
        {
            _messages.TryDequeue(out _);
        }
    }

    public override async Task ShowAsync(
        IReadOnlyCollection<EntityProgress> entities,
        CancellationToken cancellationToken
    )
    {
        await AnsiConsole
            .Live(Draw(entities))
            .AutoClear(true)
            .StartAsync(async live =>
            {
                using var timer = new PeriodicTimer(s_interval);
                while (await TickAsync(timer, cancellationToken))
                {
                    live.UpdateTarget(Draw(entities));
                }
            });
        foreach (var line in _verified)
        {
            AnsiConsole.WriteLine(line);
        }
    }

    public override void End(IReadOnlyList<EntityProgress> results)
    {
        AnsiConsole.Write(Draw(results));
        foreach (var entity in results.Where(e => e.Result?.Message is not null))
        {
            AnsiConsole.WriteLine($"{Name(entity)}: {entity.Result!.Message}");
        }
    }

    public override void End(EntityProgress entity, VerifyResult result)
    {
        // Written once the table is gone, which would be drawn over them.
        foreach (var line in Lines(entity, result))
        {
            _verified.Enqueue(line);
        }
    }

    private Rows Draw(IReadOnlyCollection<EntityProgress> entities)
    {
        var table = new Table { Border = TableBorder.Rounded };
        table.AddColumns("entity", "", "documents", "of about", "per second", "left", "retries", "refused");
        foreach (var column in table.Columns.Skip(2))
        {
            column.RightAligned();
        }
        // Those under way first; thousands of finished ones need no line each.
        foreach (
            var entity in entities
                .OrderBy(e => e.Result is not null)
                .ThenBy(e => e.Began == 0)
                .Take(RowsShown)
        )
        {
            var counts = entity.Counts;
            table.AddRow(
                Markup.Escape(Name(entity)),
                entity.Result is { } result ? result.Outcome.ToString().ToLowerInvariant() : entity.Activity,
                Number(counts.Read),
                entity.Estimate is { } all ? Number(all) : "",
                Number((long)Rate(entity)),
                Left(entity) is { } left ? left.ToString(@"hh\:mm\:ss", CultureInfo.InvariantCulture) : "",
                Number(entity.Retries),
                Number(counts.Refused)
            );
        }
        if (entities.Count > RowsShown)
        {
            table.Caption($"and {entities.Count - RowsShown} more");
        }
        IEnumerable<IRenderable> lines = _messages.Select(m => new Text(m));
        return new Rows([table, .. lines]);
    }

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);
}
