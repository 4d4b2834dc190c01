namespace Weir.Engine;

/// <summary>Reads a process's output to its end, so that it never blocks, and keeps the last lines.</summary>
internal sealed class LastLines
{
    private readonly Queue<string> _lines = new();
    private readonly Task _reading;

    public LastLines(TextReader reader, int count) => _reading = ReadAsync(reader, count);

    /// <summary>The last lines, once the output has ended.</summary>
    public async Task<string> ToEndAsync()
    {
        await _reading;
        return string.Join('\n', _lines);
    }

    private async Task ReadAsync(TextReader reader, int count)
    {
        while (await reader.ReadLineAsync() is { } line)
        {
            _lines.Enqueue(line);
            if (_lines.Count > count)
            {
                _lines.Dequeue();
            }
        }
    }
}
