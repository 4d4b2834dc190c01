using System.Globalization;

namespace Weir.Sandbox.Query;

/// <summary>A dotted path: <c>a.b.0</c>.</summary>
internal sealed class FieldPath
{
    private readonly string[] names;
    private readonly int?[] indexes;

    private FieldPath(string text)
    {
        Text = text;
        names = text.Split('.');
        indexes = [.. names.Select(ParseIndex)];
    }

    public string Text { get; }

    public int Length => names.Length;

    /// <summary>The first name.</summary>
    public string Root => names[0];

    public string this[int depth] => names[depth];

    public static FieldPath Parse(string text) => new(text);

    /// <summary>The array index that the name at this depth may mean, or null.</summary>
    public int? IndexAt(int depth) => indexes[depth];

    /// <summary>The path from this depth on.</summary>
    public string From(int depth) => string.Join('.', names, depth, names.Length - depth);

    /// <summary>The path up to this depth, exclusive.</summary>
    public string Upto(int depth) => string.Join('.', names, 0, depth);

    public override string ToString() => Text;

    public static int? ParseIndex(string name) =>
        name.Length is > 0 and < 9
        && (name.Length == 1 || name[0] != '0')
        && int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var index)
            ? index
            : null;
}
