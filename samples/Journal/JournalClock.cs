using Microsoft.Extensions.Options;

namespace Weir.Samples.Journal;

/// <summary>The time of day that people live in: the real one, or a faster one in demonstrations.</summary>
public sealed class JournalClock(IOptions<JournalOptions> options, TimeProvider time)
{
    private readonly double _speed = options.Value.Speed;
    private readonly DateTimeOffset _since = options.Value.SpeedSince ?? time.GetUtcNow();

    /// <summary>Now.</summary>
    public DateTimeOffset Now
    {
        get
        {
            var real = time.GetUtcNow();
            return _speed == 1 ? real : _since + (real - _since) * _speed;
        }
    }
}
