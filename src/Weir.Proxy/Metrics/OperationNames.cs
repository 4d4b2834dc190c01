using Weir.Proxy.Commands;

namespace Weir.Proxy.Metrics;

/// <summary>What metrics call a command: one of a fixed few, so that clients cannot make series without end.</summary>
internal static class OperationNames
{
    public static string Of(CommandKind kind) =>
        kind switch
        {
            CommandKind.Other => "other",
            CommandKind.OtherRead => "other_read",
            CommandKind.OtherWrite => "other_write",
            _ => char.ToLowerInvariant(kind.ToString()[0]) + kind.ToString()[1..],
        };
}
