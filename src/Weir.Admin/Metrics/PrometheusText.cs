using System.Globalization;
using System.Text;

namespace Weir.Admin.Metrics;

/// <summary>Writes metrics in Prometheus' text exposition format, version 0.0.4.</summary>
/// <remarks>Names are changed as OpenTelemetry's compatibility document says: units and "total" are appended.</remarks>
internal static class PrometheusText
{
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    public static string Write(IEnumerable<InstrumentRecord> records, long collection)
    {
        var text = new StringBuilder();
        // Two meters may have an instrument of the same name; a family must be in one piece.
        foreach (var family in records.GroupBy(NameOf).OrderBy(f => f.Key, StringComparer.Ordinal))
        {
            var first = family.First();
            var series = family
                .Where(r => r.IsHistogram == first.IsHistogram && r.IsMonotonic == first.IsMonotonic)
                .SelectMany(r => r.Series(collection).OrderBy(s => Labels(s.Tags), StringComparer.Ordinal))
                .ToList();
            if (series.Count == 0)
            {
                continue;
            }

            WriteHead(text, family.Key, first);
            foreach (var one in series)
            {
                WriteSeries(text, family.Key, one);
            }
        }

        return text.ToString();
    }

    public static string NameOf(InstrumentRecord record)
    {
        var name = new StringBuilder();
        foreach (var c in record.Instrument.Name)
        {
            name.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or ':' ? c : '_');
        }

        var unit = record.Instrument.Unit switch
        {
            "s" => "_seconds",
            "ms" => "_milliseconds",
            "By" => "_bytes",
            "1" when !record.IsMonotonic && !record.IsHistogram => "_ratio",
            _ => "",
        };
        Append(name, unit);
        Append(name, record.IsMonotonic ? "_total" : "");
        return name.ToString();
    }

    private static void Append(StringBuilder name, string suffix)
    {
        if (!name.ToString().EndsWith(suffix, StringComparison.Ordinal))
        {
            name.Append(suffix);
        }
    }

    private static void WriteHead(StringBuilder text, string name, InstrumentRecord record)
    {
        if (record.Instrument.Description is { Length: > 0 } help)
        {
            text.Append("# HELP ").Append(name).Append(' ').Append(Escape(help, quotes: false)).Append('\n');
        }

        var type =
            record.IsHistogram ? "histogram"
            : record.IsMonotonic ? "counter"
            : "gauge";
        text.Append("# TYPE ").Append(name).Append(' ').Append(type).Append('\n');
    }

    private static void WriteSeries(StringBuilder text, string name, Series series)
    {
        var labels = Labels(series.Tags);
        if (series is NumberSeries number)
        {
            WriteLine(text, name, labels, number.Value);
            return;
        }

        var histogram = (HistogramSeries)series;
        var (counts, sum) = histogram.Counts.Read();
        long below = 0;
        for (var i = 0; i < counts.Length; i++)
        {
            below += counts[i];
            var bound = i < histogram.Counts.Bounds.Count ? Number(histogram.Counts.Bounds[i]) : "+Inf";
            var comma = labels.Length > 0 ? "," : "";
            WriteLine(text, name + "_bucket", $"{labels}{comma}le=\"{bound}\"", below);
        }

        WriteLine(text, name + "_sum", labels, sum);
        WriteLine(text, name + "_count", labels, below);
    }

    private static void WriteLine(StringBuilder text, string name, string labels, double value)
    {
        text.Append(name);
        if (labels.Length > 0)
        {
            text.Append('{').Append(labels).Append('}');
        }

        text.Append(' ').Append(Number(value)).Append('\n');
    }

    private static string Labels(TagSet tags) =>
        string.Join(
            ',',
            tags.Tags.Select(tag => $"{Label(tag.Key)}=\"{Escape(TagSet.Text(tag.Value), quotes: true)}\"")
        );

    private static string Label(string key)
    {
        var label = string.Concat(key.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
        return label.Length > 0 && char.IsAsciiDigit(label[0]) ? "_" + label : label;
    }

    private static string Escape(string text, bool quotes)
    {
        var escaped = text.Replace("\\", "\\\\", StringComparison.Ordinal)
            .Replace("\n", "\\n", StringComparison.Ordinal);
        return quotes ? escaped.Replace("\"", "\\\"", StringComparison.Ordinal) : escaped;
    }

    private static string Number(double value) =>
        double.IsPositiveInfinity(value) ? "+Inf"
        : double.IsNegativeInfinity(value) ? "-Inf"
        : value.ToString("R", CultureInfo.InvariantCulture);
}
