using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using Weir.Pooling.Metrics;

namespace Weir.Admin.Metrics;

/// <summary>
/// Listens to meters and keeps what their instruments say, for whoever wants to read it: the Prometheus endpoint,
/// the dashboard. Thread-safe.
/// </summary>
public sealed class MetricCollector : IDisposable
{
    private readonly Lock _collecting = new();
    private readonly MeterListener _listener = new();
    private readonly ConcurrentDictionary<Instrument, InstrumentRecord> _records = new();
    private readonly HashSet<Meter> _meters;
    private readonly HashSet<string> _names;
    private readonly Dictionary<Instrument, DurationHistogram> _durations;
    private readonly List<IDisposable> _counting;
    private readonly int _mostSeries;
    private long _collection;

    /// <summary>Begins to listen.</summary>
    /// <param name="meters">Meters, by instance.</param>
    /// <param name="names">Meters of the process, by name; the runtime's, for instance.</param>
    /// <param name="durations">
    /// Histograms of these meters that count by themselves: they are read, and need not be listened to.
    /// </param>
    /// <param name="mostSeries">
    /// Series at a time for each instrument; what comes beyond them is put together in one that says so.
    /// </param>
    public MetricCollector(
        IEnumerable<Meter> meters,
        IEnumerable<string> names,
        IReadOnlyList<DurationHistogram>? durations = null,
        int mostSeries = 1000
    )
    {
        _durations = (durations ?? []).ToDictionary(d => (Instrument)d.Instrument);
        _counting = [.. _durations.Values.Select(d => d.Count())];
        _meters = [.. meters];
        _names = [.. names];
        _mostSeries = mostSeries;
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (_durations.TryGetValue(instrument, out var durations))
            {
                _records[instrument] = new InstrumentRecord(instrument, _mostSeries, durations);
            }
            else if (_meters.Contains(instrument.Meter) || _names.Contains(instrument.Meter.Name))
            {
                var record = new InstrumentRecord(instrument, _mostSeries);
                _records[instrument] = record;
                listener.EnableMeasurementEvents(instrument, record);
            }
        };
        _listener.MeasurementsCompleted = (instrument, state) => _records.TryRemove(instrument, out var _);
        _listener.SetMeasurementEventCallback<double>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<float>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<long>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<int>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<short>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<byte>((_, value, tags, state) => Record(state, value, tags));
        _listener.SetMeasurementEventCallback<decimal>(
            (_, value, tags, state) => Record(state, (double)value, tags)
        );
        _listener.Start();
    }

    /// <summary>Everything as text, as Prometheus reads it.</summary>
    public string ToPrometheusText()
    {
        lock (_collecting)
        {
            var collection = ++_collection;
            _listener.RecordObservableInstruments();
            var text = PrometheusText.Write(_records.Values, collection);
            foreach (var record in _records.Values)
            {
                record.Forget(collection);
            }

            return text;
        }
    }

    /// <summary>The histogram of that name, all its series together; <see langword="null"/>: it has no series.</summary>
    internal HistogramReading? ReadHistogram(string name)
    {
        HistogramReading? all = null;
        foreach (var record in _records.Values.Where(r => r.IsHistogram && r.Instrument.Name == name))
        {
            foreach (var series in record.Series(0).Cast<HistogramSeries>())
            {
                var reading = new HistogramReading(series.Counts.Bounds, series.Counts.Read().Counts);
                all = all is null ? reading : all.Plus(reading);
            }
        }

        return all;
    }

    /// <summary>Ends listening.</summary>
    public void Dispose()
    {
        _listener.Dispose();
        _counting.ForEach(counting => counting.Dispose());
    }

    private void Record(object? state, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
        ((InstrumentRecord)state!).Record(value, tags, Volatile.Read(ref _collection));
}
