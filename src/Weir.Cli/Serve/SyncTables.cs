using Microsoft.Extensions.Logging;
using Weir.Pooling.Connections;
using Weir.Pooling.Destinations;
using Weir.Pooling.Selection;
using Weir.Proxy.Administration;
using Weir.Sync;
using Weir.Sync.Configuration;
using Weir.Sync.Jobs;
using Weir.Sync.Runs;
using Weir.Sync.Sources;

namespace Weir.Cli.Serve;

/// <summary>
/// The tables <c>jobs</c> and <c>destinations</c> of a Weir whose configuration has a section <c>sync</c>: where the
/// jobs stand, whoever runs them, by their checkpoints. These are read at the start, and again while somebody looks.
/// Thread-safe.
/// </summary>
internal sealed partial class SyncTables : IAsyncDisposable
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(2);

    private readonly SyncSettings _settings;
    private readonly DestinationRegistry _destinations;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _ending = new();
    private readonly Lock _lock = new();
    private volatile IReadOnlyList<EntityStatus> _statuses;
    private Task _reading;
    private long _readAt;

    public SyncTables(SyncSettings settings, TimeProvider time)
    {
        _settings = settings;
        _time = time;
        _destinations = new DestinationRegistry(SyncDestinations.OptionsFor(settings));
        _statuses = [.. settings.Jobs.SelectMany(job => Unread(job, null))];
        _reading = ReadAsync();
    }

    /// <summary>
    /// Puts the tables there, if <paramref name="path"/> has the section. One with mistakes is for <c>weir sync</c>
    /// to refuse; clients are served all the same.
    /// </summary>
    public static SyncTables? TryAdd(string? path, AdminDesk desk, ILoggerFactory loggers)
    {
        if (path is null)
        {
            return null;
        }

        try
        {
            var tables = new SyncTables(SyncFile.Load(path), TimeProvider.System);
            tables.AddTo(desk);
            return tables;
        }
        catch (SyncConfigurationException error)
        {
            LogMistakes(loggers.CreateLogger("Weir.Admin"), error.Message);
            return null;
        }
    }

    /// <summary>The look that is under way, or the last one.</summary>
    public Task Reading
    {
        get
        {
            lock (_lock)
            {
                return _reading;
            }
        }
    }

    public void AddTo(AdminDesk desk)
    {
        desk.Add(DestinationTable.Create(_destinations));
        desk.Add(
            new TableBuilder<EntityStatus>()
                .Text("name", "The job, and its entity", s => $"{s.Job}/{s.Entity}")
                .Text(
                    "state",
                    "new, running, interrupted, following, paused, done, failed, cancelled; unread before the first look",
                    s => s.State
                )
                .Text("phase", "How far a run is: copy, index, swap, compare, follow", s => s.Phase)
                .Fraction("progress", "The share of the records that was read, by the estimate", Progress)
                .Number("read", "Records read, by the run or the last one", s => s.Counts.Read)
                .Number("written", "Records written", s => s.Counts.Written)
                .Number("refused", "Records in the dead letters", s => s.Counts.Refused)
                .Text("runner", "Who runs it now", s => s.Runner)
                .Time("started", "When its last run began", s => s.Started)
                .Time("finished", "When its last run ended well", s => s.Finished)
                .Text("error", "Why the last run failed, or why its checkpoint cannot be read", s => s.Error)
                .Build("jobs", "An entity of a sync job, where it stands.", Look)
        );
    }

    public async ValueTask DisposeAsync()
    {
        await _ending.CancelAsync();
        await Reading;
        await _destinations.DisposeAsync();
        _ending.Dispose();
    }

    private IReadOnlyList<EntityStatus> Look()
    {
        lock (_lock)
        {
            if (
                _reading.IsCompleted
                && !_ending.IsCancellationRequested
                && _time.GetElapsedTime(_readAt) > Fresh
            )
            {
                _reading = ReadAsync();
            }
        }

        return _statuses;
    }

    /// <summary>Reads all checkpoints. Never fails: a destination that cannot be asked is said so in its jobs' rows.</summary>
    private async Task ReadAsync()
    {
        await Task.Yield();
        var status = new SyncStatus(_settings, new SourceContext(_destinations, _time));
        var statuses = await Task.WhenAll(_settings.Jobs.Select(job => ReadAsync(status, job)));
        _statuses = [.. statuses.SelectMany(s => s)];
        _readAt = _time.GetTimestamp();
    }

    private async Task<IEnumerable<EntityStatus>> ReadAsync(SyncStatus status, SyncJob job)
    {
        try
        {
            return await status.ReadAsync([job], _ending.Token);
        }
        catch (Exception e)
            when (e
                    is DestinationException
                        or CommandException
                        or ConnectionException
                        or ServerSelectionException
                        or OperationCanceledException
            )
        {
            return Unread(job, e.Message);
        }
    }

    private static IEnumerable<EntityStatus> Unread(SyncJob job, string? error) =>
        job.Entities.Select(entity => new EntityStatus
        {
            Job = job.Name,
            Entity = entity.Name,
            State = "unread",
            Error = error,
        });

    private static double? Progress(EntityStatus status) =>
        status switch
        {
            { State: "done" } => 1,
            { Estimate: > 0 and var estimate } => Math.Round(
                Math.Min(1, status.Counts.Read / (double)estimate),
                3
            ),
            _ => null,
        };

    [LoggerMessage(
        51,
        LogLevel.Warning,
        "Jobs are not shown, because the section sync has mistakes: {Mistakes}"
    )]
    private static partial void LogMistakes(ILogger logger, string mistakes);
}
