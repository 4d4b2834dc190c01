namespace Weir.Cli.Demo;

/// <summary>The sum of what all client processes of a run reported. Thread-safe.</summary>
internal sealed class ClientTally
{
    private readonly Lock _lock = new();
    private readonly List<int> _latencies = [];
    private readonly Dictionary<string, int> _errorTexts = [];
    private int _operations;
    private int _errors;

    public int Operations => Locked(() => _operations);

    public int Errors => Locked(() => _errors);

    /// <summary>The error reported most often; <see langword="null"/> when there was none.</summary>
    public string? CommonestError =>
        Locked(() => _errorTexts.Count == 0 ? null : _errorTexts.MaxBy(pair => pair.Value).Key);

    public void Add(ClientReport report)
    {
        lock (_lock)
        {
            _operations += report.Operations;
            _errors += report.Errors;
            _latencies.AddRange(report.Latencies);
            if (report.Error is not null)
            {
                _errorTexts[report.Error] = _errorTexts.GetValueOrDefault(report.Error) + 1;
            }
        }
    }

    /// <summary>The latency below which <paramref name="share"/> of the operations stayed; zero without any.</summary>
    public TimeSpan Percentile(double share) =>
        Locked(() =>
        {
            if (_latencies.Count == 0)
            {
                return TimeSpan.Zero;
            }

            _latencies.Sort();
            var index = (int)Math.Ceiling(share * _latencies.Count) - 1;
            return TimeSpan.FromMicroseconds(_latencies[Math.Clamp(index, 0, _latencies.Count - 1)]);
        });

    private T Locked<T>(Func<T> read)
    {
        lock (_lock)
        {
            return read();
        }
    }
}
