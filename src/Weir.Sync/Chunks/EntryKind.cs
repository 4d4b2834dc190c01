namespace Weir.Sync.Chunks;

/// <summary>What an entry of a chunk asks for.</summary>
internal enum EntryKind
{
    /// <summary>Write the document.</summary>
    Put,

    /// <summary>Delete the document that has the key fields of this one.</summary>
    Delete,
}
