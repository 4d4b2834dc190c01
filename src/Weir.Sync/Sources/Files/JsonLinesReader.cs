using System.Text;
using Weir.Protocol.Bson;
using Weir.Protocol.Json;
using Weir.Sync.Chunks;

namespace Weir.Sync.Sources.Files;

/// <summary>Reads a document per line. The position is the byte after the last line: of what is unpacked, where the file is gzipped.</summary>
internal sealed class JsonLinesReader : ISourceReader
{
    private const int LongestLine = 64 << 20;

    private readonly Func<Stream> _open;
    private readonly string _name;
    private Stream? _stream;
    private byte[] _buffer = new byte[128 << 10];
    private int _start;
    private int _end;
    private long _at;
    private long _line;
    private bool _isAtEnd;

    public JsonLinesReader(Func<Stream> open, string name, BsonDocument? position)
    {
        _open = open;
        _name = name;
        _at = position is null ? 0 : position["at"].ToInt64();
        _line = position is null ? 0 : position["line"].ToInt64();
    }

    public async ValueTask<bool> ReadAsync(Chunk chunk, CancellationToken cancellationToken)
    {
        if (_stream is null)
        {
            _stream = _open();
            await SkipAsync(_at, cancellationToken);
        }
        while (!chunk.IsFull)
        {
            if (await LineAsync(cancellationToken) is not { } line)
            {
                return false;
            }
            Add(chunk, line.Span);
            chunk.Position = new BsonDocument { ["at"] = _at, ["line"] = _line };
        }
        return true;
    }

    public ValueTask DisposeAsync() => _stream?.DisposeAsync() ?? ValueTask.CompletedTask;

    private void Add(Chunk chunk, ReadOnlySpan<byte> line)
    {
        if (_line == 1 && line.StartsWith("\uFEFF"u8))
        {
            line = line[3..];
        }
        line = line.Trim(" \t\r"u8);
        if (line.IsEmpty)
        {
            return;
        }
        var text = Encoding.UTF8.GetString(line);
        try
        {
            chunk.Add(ExtendedJson.Parse(text));
        }
        catch (Exception e) when (e is FormatException or ArgumentException)
        {
            chunk.Refuse(
                $"{_name}: line {_line}: {e.Message}",
                new BsonDocument
                {
                    ["file"] = _name,
                    ["line"] = _line,
                    ["text"] = text.Length > 1000 ? text[..1000] : text,
                }
            );
        }
    }

    // The next line without its end; null at the end of the file. Valid until the next call.
    private async ValueTask<ReadOnlyMemory<byte>?> LineAsync(CancellationToken cancellationToken)
    {
        var searched = 0;
        while (true)
        {
            var found = _buffer.AsSpan(_start + searched, _end - _start - searched).IndexOf((byte)'\n');
            if (found >= 0)
            {
                return Take(searched + found, 1);
            }
            searched = _end - _start;
            if (_isAtEnd)
            {
                return searched > 0 ? Take(searched, 0) : (ReadOnlyMemory<byte>?)null;
            }
            await FillAsync(cancellationToken);
        }
    }

    private ReadOnlyMemory<byte> Take(int length, int end)
    {
        var line = _buffer.AsMemory(_start, length);
        _start += length + end;
        _at += length + end;
        _line++;
        return line;
    }

    private async ValueTask FillAsync(CancellationToken cancellationToken)
    {
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            _end -= _start;
            _start = 0;
        }
        if (_end == _buffer.Length)
        {
            if (_buffer.Length >= LongestLine)
            {
                throw new SourceException($"{_name}: line {_line + 1} is longer than {LongestLine} bytes");
            }
            Array.Resize(ref _buffer, 2 * _buffer.Length);
        }
        var count = await _stream!.ReadAsync(_buffer.AsMemory(_end), cancellationToken);
        _end += count;
        _isAtEnd = count == 0;
    }

    private async ValueTask SkipAsync(long bytes, CancellationToken cancellationToken)
    {
        if (_stream!.CanSeek)
        {
            _stream.Seek(bytes, SeekOrigin.Begin);
            return;
        }
        while (bytes > 0)
        {
            var count = await _stream.ReadAsync(
                _buffer.AsMemory(0, (int)Math.Min(bytes, _buffer.Length)),
                cancellationToken
            );
            if (count == 0)
            {
                throw new SourceException($"{_name} is shorter than it was when the run began");
            }
            bytes -= count;
        }
    }
}
