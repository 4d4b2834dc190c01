namespace Weir.Sandbox.Store.Changes;

/// <summary>What a committed change did, in the words of change streams.</summary>
internal enum StoreChangeKind
{
    Insert,
    Update,
    Replace,
    Delete,
    Create,
    Drop,
    Rename,
    DropDatabase,
    CreateIndexes,
    DropIndexes,
}
