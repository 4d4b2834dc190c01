namespace Weir.Doctor.Source.Tokens;

/// <summary>A block of code: the tokens between its brackets, or Python's indented lines.</summary>
internal sealed class Block(BlockKind kind, string name, Block? parent, int start)
{
    public BlockKind Kind { get; } = kind;

    /// <summary>A function's or a class's name; empty when it has none.</summary>
    public string Name { get; } = name;

    public Block? Parent { get; } = parent;

    /// <summary>The index of its first token.</summary>
    public int Start { get; } = start;

    /// <summary>The index after its last token.</summary>
    public int End { get; set; } = int.MaxValue;

    /// <summary>
    /// What stands before it: decorators, the function's head, or what an arrow function is handed to
    /// (<c>app.get(</c>, <c>services.AddSingleton(</c>).
    /// </summary>
    public IReadOnlyList<string> Head { get; init; } = [];

    /// <summary>This block and those around it, from the inside.</summary>
    public IEnumerable<Block> Chain
    {
        get
        {
            for (var block = this; block is not null; block = block.Parent)
            {
                yield return block;
            }
        }
    }
}
