namespace Weir.Sandbox.Store.Requests;

/// <summary>What createIndexes did: the fields of its reply.</summary>
internal sealed record CreateIndexesResult(int Before, int After, bool CreatedCollection)
{
    /// <summary>Nothing was new.</summary>
    public bool AllExisted => Before == After;
}
