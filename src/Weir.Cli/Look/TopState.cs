namespace Weir.Cli.Look;

/// <summary>What whoever looks has chosen: the table, its order, a filter, a pause. Changed by keys. One thread's.</summary>
internal sealed class TopState
{
    private readonly Dictionary<string, (string Column, bool IsDescending)> _orders = [];

    public int Table { get; private set; }

    public string Filter { get; private set; } = "";

    /// <summary>Whether keys write the filter.</summary>
    public bool IsFiltering { get; private set; }

    public bool IsPaused { get; private set; }

    public bool IsOver { get; private set; }

    public int FirstRow { get; private set; }

    /// <summary>The column that a table is sorted by; null: as it came.</summary>
    public (string? Column, bool IsDescending) OrderOf(PictureTable table) =>
        _orders.TryGetValue(table.Name, out var order) ? order : (null, false);

    /// <summary>A key was pressed.</summary>
    public void Press(ConsoleKeyInfo key, Picture picture)
    {
        if (IsFiltering)
        {
            Write(key);
            return;
        }

        var tables = picture.Tables.Count;
        switch (key)
        {
            case { KeyChar: 'q' }:
            case { Key: ConsoleKey.Escape } when Filter.Length == 0:
                IsOver = true;
                break;
            case { Key: ConsoleKey.Escape }:
                Filter = "";
                break;
            case { Key: ConsoleKey.Tab, Modifiers: ConsoleModifiers.Shift } or { Key: ConsoleKey.LeftArrow }:
                Choose((Table + tables - 1) % tables);
                break;
            case { Key: ConsoleKey.Tab } or { Key: ConsoleKey.RightArrow }:
                Choose((Table + 1) % tables);
                break;
            case { KeyChar: >= '1' and <= '9' } when key.KeyChar - '1' < tables:
                Choose(key.KeyChar - '1');
                break;
            case { Key: ConsoleKey.DownArrow }:
                FirstRow++;
                break;
            case { Key: ConsoleKey.UpArrow }:
                FirstRow = Math.Max(0, FirstRow - 1);
                break;
            case { KeyChar: 's' }:
                SortByNext(picture.Tables[Table], 1);
                break;
            case { KeyChar: 'S' }:
                SortByNext(picture.Tables[Table], -1);
                break;
            case { KeyChar: 'r' }:
                Reverse(picture.Tables[Table]);
                break;
            case { KeyChar: '/' }:
                IsFiltering = true;
                break;
            case { KeyChar: 'p' or ' ' }:
                IsPaused = !IsPaused;
                break;
        }
    }

    private void Choose(int table)
    {
        Table = table;
        FirstRow = 0;
    }

    private void Write(ConsoleKeyInfo key)
    {
        switch (key.Key)
        {
            case ConsoleKey.Enter:
                IsFiltering = false;
                break;
            case ConsoleKey.Escape:
                IsFiltering = false;
                Filter = "";
                break;
            case ConsoleKey.Backspace:
                Filter = Filter.Length == 0 ? "" : Filter[..^1];
                break;
            default:
                Filter += char.IsControl(key.KeyChar) ? "" : key.KeyChar;
                break;
        }
    }

    private void SortByNext(PictureTable table, int step)
    {
        var shown = Cells.Telling(table, table.Rows).ToList();
        var now =
            _orders.TryGetValue(table.Name, out var order) ? shown.IndexOf(order.Column)
            : step > 0 ? -1
            : 0;
        var column = shown[(now + step + shown.Count) % shown.Count];
        _orders[table.Name] = (column, table.Rows.Any(r => Cells.IsNumber(r[column])));
    }

    private void Reverse(PictureTable table)
    {
        if (_orders.TryGetValue(table.Name, out var order))
        {
            _orders[table.Name] = (order.Column, !order.IsDescending);
        }
    }
}
