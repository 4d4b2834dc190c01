using System.Globalization;
using Microsoft.Extensions.Logging;
using Weir.Pooling.Commands;
using Weir.Pooling.Destinations;
using Weir.Protocol.Bson;

namespace Weir.Hosting.Leaders;

/// <summary>
/// A lease in MongoDB that one process at a time holds: of several replicas, one leads. Won, renewed and given back by
/// compare-and-set, and timed by the server's clock. One <see cref="AcquireAsync"/> at a time.
/// </summary>
/// <remarks>
/// Works on any deployment. On a replica set, use the default write concern of a current server (majority) or write
/// <c>w=majority</c> into the connection string: a lease that an election rolls back would be held twice.
/// </remarks>
public sealed partial class LeaderLease
{
    private readonly IDestinations _destinations;
    private readonly LeaderOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    /// <summary>Prepares to compete for a lease; nothing is asked yet.</summary>
    /// <param name="name">The lease's name.</param>
    /// <param name="options">Where it is.</param>
    /// <param name="destinations">The destinations.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it logs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The period is shorter than 100 ms.</exception>
    public LeaderLease(
        string name,
        LeaderOptions options,
        IDestinations destinations,
        TimeProvider time,
        ILogger<LeaderLease> logger
    )
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Period, TimeSpan.FromMilliseconds(100));
        Name = name;
        _options = options;
        _destinations = destinations;
        _time = time;
        _logger = logger;
        Owner = string.Create(
            CultureInfo.InvariantCulture,
            $"{Environment.MachineName}/{Environment.ProcessId}/{Guid.NewGuid():N}"
        );
    }

    /// <summary>The lease's name.</summary>
    public string Name { get; }

    /// <summary>What this holder is called: machine, process, and a random part.</summary>
    public string Owner { get; }

    internal LeaderOptions Options => _options;

    internal TimeSpan Duration => _options.Period * 0.9;

    internal TimeSpan RenewalPause => _options.Period / 3;

    internal TimeSpan RetryPause => _options.Period / 20;

    /// <summary>
    /// Waits until this process leads. While another one does, it is asked again when its lease expires; while the
    /// destination fails, again and again.
    /// </summary>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async Task<LeaderTerm> AcquireAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var asked = _time.GetTimestamp();
            TimeSpan pause;
            try
            {
                var document = await TakeAsync(cancellationToken);
                if (document[LeaseDocument.Owner] is { IsString: true } owner && owner.AsString == Owner)
                {
                    return new LeaderTerm(this, document[LeaseDocument.Fence].ToInt64(), asked, _time);
                }
                pause = PauseFor(document);
            }
            catch (Exception e) when (IsFailure(e, cancellationToken))
            {
                LogFailed(_logger, e, Name);
                pause = RetryPause;
            }
            await Task.Delay(pause, _time, cancellationToken);
        }
    }

    /// <summary>True: extended. False: another one has it. Null: not known.</summary>
    internal async Task<bool?> TryRenewAsync(long fence, CancellationToken cancellationToken)
    {
        try
        {
            return await ChangeAsync(fence, LeaseDocument.Extend(Duration), cancellationToken);
        }
        catch (Exception e) when (IsFailure(e, cancellationToken))
        {
            LogFailed(_logger, e, Name);
            return null;
        }
    }

    internal async Task ReleaseAsync(long fence)
    {
        // The lease expires anyway: whoever stops does not wait longer for that.
        using var limit = new CancellationTokenSource(Duration, _time);
        try
        {
            await ChangeAsync(fence, LeaseDocument.End, limit.Token);
        }
        catch (Exception e) when (IsFailure(e, CancellationToken.None))
        {
            LogFailed(_logger, e, Name);
        }
    }

    private async Task<BsonDocument> TakeAsync(CancellationToken cancellationToken)
    {
        await using var lease = await _destinations.LeaseAsync(_options.Destination, cancellationToken);
        var options = new FindAndUpdateOptions
        {
            Upsert = true,
            ReturnsUpdated = true,
            Projection = LeaseDocument.Fields,
        };
        return await lease
                .Collection(_options.Database, _options.Collection)
                .FindOneAndUpdateAsync(
                    new BsonDocument("_id", Name),
                    LeaseDocument.Take(Owner, Duration),
                    options,
                    cancellationToken: cancellationToken
                )
            ?? throw new InvalidDataException("an upsert that returns what it updated returned nothing");
    }

    private async Task<bool> ChangeAsync(long fence, BsonArray update, CancellationToken cancellationToken)
    {
        await using var lease = await _destinations.LeaseAsync(_options.Destination, cancellationToken);
        var result = await lease
            .Collection(_options.Database, _options.Collection)
            .UpdateOneAsync(
                LeaseDocument.Of(Name, Owner, fence),
                update,
                cancellationToken: cancellationToken
            );
        return result.Matched > 0;
    }

    // When it expires, and a moment more: the server's clock has to have passed it.
    private TimeSpan PauseFor(BsonDocument document)
    {
        var left = document.GetValueOrDefault("left") is { IsNumber: true } number ? number.ToDouble() : 0;
        var moment = TimeSpan.FromMilliseconds(Math.Clamp(left, 0, Duration.TotalMilliseconds) + 2);
        return moment;
    }

    private static bool IsFailure(Exception e, CancellationToken cancellationToken) =>
        !(e is OperationCanceledException && cancellationToken.IsCancellationRequested);

    [LoggerMessage(10, LogLevel.Warning, "the lease {Name} could not be asked for, renewed or given back")]
    private static partial void LogFailed(ILogger logger, Exception failure, string name);
}
