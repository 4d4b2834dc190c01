using Weir.Pooling.Commands;

namespace Weir.Conformance.UnifiedCases;

internal sealed record UnifiedSession(
    UnifiedClient Client,
    CommandSession Session,
    TransactionOptions Defaults
);
