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
                _output.WriteLine($"{Name(entity)}: {Line(entity)}");
            }
        }
    }

    public override void End(IReadOnlyList<EntityProgress> results)
    {
        foreach (var entity in results)
        {
            var result = entity.Result!;
            var reason = result.Message is { } message ? $": {message}" : "";
            _output.WriteLine(
                $"{Name(entity)}: {result.Outcome.ToString().ToLowerInvariant()}{reason}; {Line(entity)}"
            );
        }
    }

    public override void End(EntityProgress entity, VerifyResult result)
    {
        foreach (var line in Lines(entity, result))
        {
            _output.WriteLine(line);
        }
    }

    private static string Line(EntityProgress entity)
    {
        var counts = entity.Counts;
        var left = Left(entity) is { } time ? $", {time:hh\\:mm\\:ss} left" : "";
        var written =
            entity.Activity == EntityProgress.Verifying
                ? ""
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $", {counts.Written:N0} written, {counts.Deleted:N0} deleted, {counts.Refused:N0} refused"
                );
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{entity.Activity}, {counts.Read:N0} read{written}, {Rate(entity):N0}/s, {entity.Retries} retries{left}"
        );
    }
}
