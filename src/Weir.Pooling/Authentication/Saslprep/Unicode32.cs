using System.Globalization;

namespace Weir.Pooling.Authentication.Saslprep;

/// <summary>
/// The tables of Unicode 3.2 that SASLprep names. They are Weir's own because the runtime, with invariant
/// globalization, hands strings back as they are instead of normalising them. Read at the first use.
/// </summary>
internal sealed class Unicode32
{
    private static readonly Lazy<Unicode32> Tables = new(() => new Unicode32());

    private readonly Dictionary<string, List<(int First, int Last)>> _ranges = [];
    private readonly Dictionary<int, byte> _classes = [];
    private readonly Dictionary<int, int[]> _full = [];
    private readonly Dictionary<(int, int), int> _pairs = [];

    private Unicode32()
    {
        using var stream = typeof(Unicode32).Assembly.GetManifestResourceStream("unicode-3.2.txt")!;
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
        {
            if (!line.StartsWith('#'))
            {
                Add(line.Split(' '));
            }
        }
    }

    public static Unicode32 Instance => Tables.Value;

    public bool IsMappedToNothing(int c) => In("nothing", c);

    public bool IsMappedToSpace(int c) => In("space", c);

    public bool IsProhibited(int c) => In("prohibited", c);

    public bool IsUnassigned(int c) => In("unassigned", c);

    public bool IsRightToLeft(int c) => In("right", c);

    public bool IsLeftToRight(int c) => In("left", c);

    public byte CombiningClass(int c) => _classes.GetValueOrDefault(c);

    public int[]? FullDecomposition(int c) => _full.GetValueOrDefault(c);

    public int? Compose(int first, int second) => _pairs.TryGetValue((first, second), out var c) ? c : null;

    private void Add(string[] fields)
    {
        switch (fields[0])
        {
            case "class":
                var value = byte.Parse(fields[3], CultureInfo.InvariantCulture);
                for (var c = Hex(fields[1]); c <= Hex(fields[2]); c++)
                {
                    _classes.Add(c, value);
                }
                break;
            case "full":
                _full.Add(Hex(fields[1]), [.. fields.Skip(2).Select(Hex)]);
                break;
            case "pair":
                _pairs.Add((Hex(fields[2]), Hex(fields[3])), Hex(fields[1]));
                break;
            default:
                if (!_ranges.TryGetValue(fields[0], out var ranges))
                {
                    _ranges.Add(fields[0], ranges = []);
                }
                ranges.Add((Hex(fields[1]), Hex(fields[2])));
                break;
        }
    }

    private bool In(string table, int c)
    {
        foreach (var (first, last) in _ranges[table])
        {
            if (c <= last)
            {
                return c >= first;
            }
        }
        return false;
    }

    private static int Hex(string text) =>
        int.Parse(text, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
