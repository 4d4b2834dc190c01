using Weir.Sandbox.Store;

namespace Weir.Sandbox.Server;

/// <summary>What one statement did (a multi-update may fail half-way: then there is both), or why it did nothing.</summary>
internal sealed record StatementOutcome(StatementRecord? Done, CommandError? Error)
{
    /// <summary>It was done before, under this statement id; this is the answer to a retry.</summary>
    public int? Retried { get; init; }
}
