namespace Weir.Pooling.Commands;

/// <summary>What a write does.</summary>
internal enum WriteKind
{
    Insert,
    Update,
    Delete,
}
