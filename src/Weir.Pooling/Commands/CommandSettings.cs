using Weir.Pooling.ConnectionStrings;

namespace Weir.Pooling.Commands;

/// <summary>What a connection string says of commands, defaults filled in.</summary>
internal sealed record CommandSettings(
    bool RetryReads,
    bool RetryWrites,
    int MaxAdaptiveRetries,
    bool OverloadRetargeting,
    TimeSpan SelectionTimeout
)
{
    public static CommandSettings From(ConnectionString connectionString) =>
        new(
            connectionString.RetryReads ?? true,
            connectionString.RetryWrites ?? true,
            connectionString.MaxAdaptiveRetries ?? 2,
            connectionString.EnableOverloadRetargeting ?? false,
            connectionString.ServerSelectionTimeout ?? TimeSpan.FromSeconds(5)
        );
}
