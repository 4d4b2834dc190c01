namespace Weir.Sandbox.Server;

/// <summary>What kind of work an operation counts as.</summary>
internal enum OpCounter
{
    Insert,
    Query,
    Update,
    Delete,
    GetMore,
    Command,
}
