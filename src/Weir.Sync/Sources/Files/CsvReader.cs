using System.Globalization;
using System.Text;
using CsvHelper;
using CsvHelper.Configuration;
using Weir.Protocol.Bson;
using Weir.Sync.Chunks;

namespace Weir.Sync.Sources.Files;

/// <summary>Reads comma-separated values (RFC 4180) under a header. The position is the number of records read.</summary>
internal sealed class CsvReader : ISourceReader
{
    private readonly Func<Stream> _open;
    private readonly CsvConfiguration _configuration;
    private readonly string _name;
    private readonly long _skip;
    private CsvParser? _parser;
    private string[] _header = [];
    private long _record;

    public CsvReader(Func<Stream> open, string delimiter, string name, BsonDocument? position)
    {
        _open = open;
        _name = name;
        _skip = position is null ? 0 : position["record"].ToInt64();
        _configuration = new CsvConfiguration(CultureInfo.InvariantCulture)
        {
            Delimiter = delimiter,
            BadDataFound = null,
        };
    }

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        _parser ??= await BeginAsync(cancellationToken);
        while (!chunk.IsFull)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (!await _parser.ReadAsync())
            {
                return false;
            }
            _record++;
            Add(chunk, _parser.Record ?? []);
            chunk.Position = new BsonDocument { ["record"] = _record };
        }
        return true;
    }

    public ValueTask DisposeAsync()
    {
        _parser?.Dispose();
        return ValueTask.CompletedTask;
    }

    private void Add(Chunk chunk, string[] values)
    {
        var document = new BsonDocument(values.Length);
        for (var i = 0; i < values.Length; i++)
        {
            document.Add(i < _header.Length ? _header[i] : $"column {i + 1}", values[i]);
        }
        if (values.Length == _header.Length)
        {
            chunk.Add(document);
        }
        else
        {
            chunk.Refuse(
                $"{_name}: record {_record} has {values.Length} values, the header {_header.Length}",
                document
            );
        }
    }

    private async ValueTask<CsvParser> BeginAsync(CancellationToken cancellationToken)
    {
        var parser = new CsvParser(new StreamReader(_open(), Encoding.UTF8), _configuration);
        if (!await parser.ReadAsync())
        {
            return parser;
        }
        _header = parser.Record ?? [];
        if (_header.GroupBy(n => n).FirstOrDefault(g => g.Count() > 1 || g.Key.Length == 0) is { } bad)
        {
            throw new SourceException(
                bad.Key.Length == 0
                    ? $"{_name}: a column of the header has no name"
                    : $"{_name}: the header has '{bad.Key}' twice"
            );
        }
        while (_record < _skip && await parser.ReadAsync())
        {
            cancellationToken.ThrowIfCancellationRequested();
            _record++;
        }
        return _record == _skip
            ? parser
            : throw new SourceException($"{_name} is shorter than it was when the run began");
    }
}
