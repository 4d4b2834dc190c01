namespace Weir.Pooling.Commands;

/// <summary>What a command does, as far as it matters for trying it again.</summary>
public enum CommandKind
{
    /// <summary>Not known: somebody else wrote it. Tried again only where both reads and writes may be.</summary>
    Any,

    /// <summary>It reads (<c>retryReads</c>).</summary>
    Read,

    /// <summary>It writes (<c>retryWrites</c>).</summary>
    Write,
}
