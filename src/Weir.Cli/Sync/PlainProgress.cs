using System.Globalization;
using Weir.Sync.Runs;
using Weir.Sync.Verification;

namespace Weir.Cli.Sync;

/// <summary>Lines for a log: every 10 seconds, and whenever there is something to tell.</summary>
internal sealed class PlainProgress(TextWriter output) : ProgressView
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(10);

    private readonly TextWriter _output = TextWriter.Synchronized(output);

    public override void Tell(EntityProgress entity, string text) =>
        _output.WriteLine($"{Name(entity)}: {text}");

    public override async Task ShowAsync(
        IReadOnlyCollection<EntityProgress> entities,
        CancellationToken cancellationToken
    )
    {
        using var timer = new PeriodicTimer(s_interval);
        while (await TickAsync(timer, cancellationToken))
        {
            foreach (var entity in entities.Where(e => e.Result is null && e.Began != 0))
            {
                _output.WriteLine($"{Name(entity)}: {entity.Activity}, {Numbers(entity)}");
            }
        }
    }

    public override void End(IReadOnlyList<EntityProgress> results)
    {
        foreach (var entity in results)
        {
            var result = entity.Result!;
            var word =
                result.Outcome == EntityOutcome.Nothing
                    ? "nothing to resume"
                    : result.Outcome.ToString().ToLowerInvariant();
            var reason = result.Message is { } message ? $": {message}" : "";
            // Of an entity that was not begun here there are no counts to tell.
            var done = entity.Began == 0 ? "" : $"; {Numbers(entity)}";
            _output.WriteLine($"{Name(entity)}: {word}{reason}{done}");
        }
    }

    public override void End(EntityProgress entity, VerifyResult result)
    {
        foreach (var line in Lines(entity, result))
        {
            _output.WriteLine(line);
        }
    }

    private static string Numbers(EntityProgress entity)
    {
        var counts = entity.Counts;
        var left = Left(entity) is { } time ? $", {time:hh\\:mm\\:ss} left" : "";
        var written =
            entity.Activity == EntityProgress.Verifying
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", {counts.Written:N0} written, {counts.Deleted:N0} deleted, {counts.LeftOut:N0} left out, {counts.Refused:N0} refused"
                );
        var letters = counts.Refused > 0 ? " (see weir.dead_letters)" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{counts.Read:N0} read{written}{letters}, {Rate(entity):N0}/s, {entity.Retries} retries{left}"
        );
    }
}
